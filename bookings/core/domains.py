"""Mail domains anybody can get an address at; known here, so that no lead waits for somebody else's list."""

from __future__ import annotations

FREE_MAIL = frozenset(
    """
    126.com 163.com aol.com bluewin.ch bol.com.br btinternet.com comcast.net email.cz fastmail.com free.fr
    freenet.de gmail.com gmx.at gmx.ch gmx.com gmx.de gmx.net googlemail.com hey.com hotmail.co.uk hotmail.com
    hotmail.de hotmail.es hotmail.fr hotmail.it icloud.com inbox.com laposte.net libero.it live.co.uk live.com
    live.de live.fr live.nl mac.com mail.com mail.ru me.com msn.com naver.com o2.pl online.no orange.fr outlook.com
    outlook.de outlook.es outlook.fr pm.me posteo.de proton.me protonmail.com qq.com rediffmail.com seznam.cz
    sfr.fr skynet.be t-online.de telenet.be tutanota.com uol.com.br virgilio.it wanadoo.fr web.de wp.pl yahoo.ca
    yahoo.co.in yahoo.co.jp yahoo.co.uk yahoo.com yahoo.com.br yahoo.de yahoo.es yahoo.fr yahoo.it yandex.com
    yandex.ru ymail.com zoho.com
    """.split()
)


def is_free_mail(domain: str) -> bool:
    return domain.casefold() in FREE_MAIL
