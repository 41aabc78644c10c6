"""Settings of the web server; gunicorn reads this file by itself."""

from ordinus.environment import load_env_file, number, text

load_env_file()

wsgi_app = "ordinus.wsgi"
bind = text("BIND", f"0.0.0.0:{number('PORT', 8000)}")
worker_class = "gthread"
workers = number("WEB_CONCURRENCY", 2)
threads = number("WEB_THREADS", 8)
# Loaded before forking: a fault in the configuration stops the start, with its one line, instead of looping.
preload_app = True
control_socket_disable = True
loglevel = "warning"
timeout = 60
graceful_timeout = 20


def worker_exit(server: object, worker: object) -> None:
    """Views of forms that were counted and not yet written are, before the process goes."""
    from bookings.viewing import VIEWS

    VIEWS.write(all_of_them=True)
