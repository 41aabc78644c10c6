"""Runs in Tryton's own environment: a company whose reps are employees, for the tests to write to."""

from __future__ import annotations

import sys

from trytond import config
from trytond.pool import Pool
from trytond.transaction import Transaction

REPS = (("Ana Silva", "ana@acme.example"), ("Ben Okoro", "ben@acme.example"), ("Cy Lund", "cy@acme.example"))


def main(file: str, database: str) -> None:
    config.update_etc(file)
    Pool.start()
    pool = Pool(database)
    with Transaction().start(database, 0):
        pool.init()
    with Transaction().start(database, 1) as transaction:
        currency = pool.get("currency.currency")(name="Euro", code="EUR", symbol="€")
        currency.save()
        parties = pool.get("party.party")
        (own,) = parties.create([{"name": "Acme"}])
        (company,) = pool.get("company.company").create([{"party": own.id, "currency": currency.id}])
        for name, email in REPS:
            mechanisms = [("create", [{"type": "email", "value": email}])]
            (person,) = parties.create([{"name": name, "contact_mechanisms": mechanisms}])
            pool.get("company.employee").create([{"party": person.id, "company": company.id}])
        users = pool.get("res.user")
        users.write([users(1)], {"companies": [("add", [company.id])], "company": company.id})
        transaction.commit()


if __name__ == "__main__":
    main(*sys.argv[1:])
