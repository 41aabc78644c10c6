# `make run` tries it out, `make test` checks it; both work from a bare checkout.

.PHONY: help run test manage clean bench bench-sinks bench-backtest bench-scale

help:
	@echo "make run                    start everything on this machine: http://localhost:8000/ (PORT=… for another)"
	@echo "make test [ARGS='-k word']  all checks and the whole suite; ARGS go to pytest"
	@echo "make manage ARGS='tick'     a management command, on the data of make run"
	@echo "make bench [ARGS=slots]     speed of slots, draws and bookings, on SQLite and PostgreSQL"
	@echo "make bench-sinks            booking time with failing sinks against without"
	@echo "make bench-backtest         a back-test of ten thousand leads"
	@echo "make bench-scale            reports, stories and verify_audit on 200,000 leads (DATABASE_URL: a PostgreSQL server)"
	@echo "make clean                  remove the virtual environment and all data of make run"

run:
	@scripts/bootstrap requirements.txt && exec .venv/bin/python -m scripts.run

test:
	@scripts/bootstrap requirements-dev.txt && exec .venv/bin/python -m scripts.test $(ARGS)

manage:
	@scripts/bootstrap requirements.txt && DEBUG=$${DEBUG:-on} exec .venv/bin/python manage.py $(ARGS)

clean:
	rm -rf .venv .venv-tryton var

bench:
	@scripts/bootstrap requirements-dev.txt && exec .venv/bin/python -m benchmarks $(ARGS)

bench-sinks:
	@scripts/bootstrap requirements-dev.txt && exec .venv/bin/python -m benchmarks.failing_sinks $(ARGS)

bench-backtest:
	@scripts/bootstrap requirements-dev.txt && exec .venv/bin/python -m benchmarks.backtest $(ARGS)

bench-scale:
	@scripts/bootstrap requirements-dev.txt && exec .venv/bin/python -m benchmarks.scale $(ARGS)
