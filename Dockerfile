FROM python:3.11-slim

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1

WORKDIR /srv/ordinus
COPY requirements.txt .
RUN pip install --requirement requirements.txt

COPY . .
# Static files belong to the image; the key is needed to load the settings and is not kept.
RUN useradd --system ordinus \
    && SECRET_KEY=only-to-collect BASE_URL=http://localhost python manage.py collectstatic --no-input \
    && chown -R ordinus var

USER ordinus
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
CMD ["gunicorn"]
