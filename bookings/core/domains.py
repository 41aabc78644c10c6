"""Mail domains anybody can get an address at, for years or for minutes.

They are known here, so that no lead waits for somebody else's list.
"""

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


DISPOSABLE_MAIL = frozenset(
    """
    0-mail.com 10minutemail.com 10minutemail.net 1secmail.com 1secmail.net 1secmail.org 20minutemail.com 33mail.com
    anonbox.net anonymbox.com armyspy.com binkmail.com bobmail.info boximail.com bugmenot.com burnermail.io
    byom.de chacuo.net chammy.info clrmail.com courriel.fr.nf cuvox.de dayrep.com deadaddress.com
    despam.it discard.email discardmail.com discardmail.de disposable.com disposableaddress.com dispostable.com
    dropmail.me dump-email.info easytrashmail.com einrot.com email-fake.com emailfake.com emailondeck.com
    emailsensei.com emailtemporanea.com emailtemporanea.net emltmp.com emlhub.com emlpro.com fakeinbox.com
    fakemail.net fakemailgenerator.com fastacura.com filzmail.com fleckens.hu freeml.net generator.email getairmail.com
    getnada.com gishpuppy.com grr.la guerrillamail.biz guerrillamail.com guerrillamail.de guerrillamail.info
    guerrillamail.net guerrillamail.org guerrillamailblock.com gustr.com harakirimail.com hidemail.de
    incognitomail.com incognitomail.org inboxalias.com inboxbear.com inboxkitten.com jetable.com jetable.net
    jetable.org jourrapide.com kasmail.com klzlk.com laste.ml linshiyouxiang.net luxusmail.org mail-temp.com
    mail-temporaire.fr mail.tm mailcatch.com mailde.de maildrop.cc maildu.de maileater.com mailexpire.com
    mailforspam.com mailinater.com mailinator.com mailinator.net mailinator2.com mailme.lv mailmetrash.com
    mailmoat.com mailnesia.com mailnull.com mailpoof.com mailsac.com mailshell.com mailtemp.info mailtothis.com
    meltmail.com minuteinbox.com mintemail.com moakt.cc moakt.com moakt.ws mohmal.com mohmal.in mt2015.com
    mvrht.com mytemp.email mytempemail.com mytrashmail.com nada.email nospamfor.us nowmymail.com objectmail.com
    one-time.email oneoffemail.com owlymail.com pookmail.com proxymail.eu put2.net rcpt.at reallymymail.com
    rhyta.com safetymail.info sharklasers.com shitmail.me sneakemail.com sogetthis.com spam.la spam4.me spambog.com
    spambog.de spambox.us spamcero.com spamex.com spamfree24.org spamgourmet.com spamherelots.com spamhole.com
    spaml.de spamspot.com superrito.com suremail.info teleworm.us temp-mail.io temp-mail.org temp-mail.ru
    tempail.com tempinbox.com tempmail.com tempmail.de tempmail.dev tempmail.net tempmail.plus tempmailaddress.com
    tempmailo.com tempomail.fr temporarymail.com tempr.email thankyou2010.com throwam.com throwawaymail.com
    tmail.ws tmailinator.com tmpmail.net tmpmail.org tradermail.info trash-mail.at trash-mail.com trash-mail.de
    trashmail.at trashmail.com trashmail.de trashmail.io trashmail.me trashmail.net trashmail.org trashmail.ws
    trashymail.com trbvm.com wegwerfemail.de wegwerfmail.de wegwerfmail.net wegwerfmail.org wh4f.org
    willhackforfood.biz yopmail.com yopmail.fr yopmail.net you-spam.com zetmail.com zippymail.info
    """.split()
)


def is_disposable_mail(domain: str) -> bool:
    """Whether the domain, or one that it is part of, gives away addresses that last for minutes."""
    parts = domain.casefold().split(".")
    return any(".".join(parts[start:]) in DISPOSABLE_MAIL for start in range(len(parts) - 1))
