# Two images from one file:
#   docker build --target web    -t jisi-web .      serves pages; without torch, scikit-learn and scipy's users
#   docker build --target worker -t jisi-worker .   does the jobs; also for `consult db upgrade` and all commands

FROM python:3.11-slim-bookworm AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/jisi
ENV PATH=/opt/jisi/bin:$PATH
WORKDIR /src
COPY requirements.txt requirements-web.txt ./
RUN pip install --no-deps -r requirements-web.txt
COPY pyproject.toml README.md config.py wsgi.py ./
COPY consult consult
COPY models models
RUN pybabel -q compile -d consult/translations

FROM build AS build-worker
# PyPI's torch brings 2.7 GB of CUDA along; this index has the small build for processors.
ARG TORCH_INDEX=https://download.pytorch.org/whl/cpu
RUN torch=$(grep '^torch==' requirements.txt) \
 && (pip install --no-deps --index-url "$TORCH_INDEX" "$torch" || pip install --no-deps "$torch") \
 && pip install -r requirements.txt

FROM python:3.11-slim-bookworm AS base
ENV PATH=/opt/jisi/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    PYTHONPATH=/app JISI_DATA_DIR=/data JISI_LOG_FORM=json JISI_EMBEDDED_JOBS=0
RUN useradd --system --uid 10001 --create-home jisi \
 && install -d -o jisi -g jisi -m 700 /data
WORKDIR /app
COPY config.py wsgi.py ./
COPY static static
COPY templates templates
VOLUME /data
USER jisi
STOPSIGNAL SIGTERM

FROM base AS web
COPY --from=build /opt/jisi /opt/jisi
COPY --from=build /src/consult consult
COPY --from=build /src/models models
ENV JISI_BIND=0.0.0.0:8000 JISI_WEB_WORKERS=2
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s \
  CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/livez', timeout=4)"]
CMD ["gunicorn", "-c", "python:consult.serving", "wsgi:app"]

FROM base AS worker
COPY --from=build-worker /opt/jisi /opt/jisi
COPY --from=build /src/consult consult
COPY --from=build /src/models models
ENTRYPOINT ["python", "-m", "consult.cli.main"]
CMD ["worker"]
