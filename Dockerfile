# One image a Python environment; docker-compose.yml says which process each container runs.
# Build context: the project's folder (see .dockerignore).

FROM python:3.11-slim-bookworm AS main
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PATH=/opt/antam/.venv/bin:$PATH
WORKDIR /opt/antam
COPY requirements-tools.txt requirements.txt ./
RUN python -m venv /opt/tools \
    && /opt/tools/bin/pip install --no-cache-dir --require-hashes --requirement requirements-tools.txt \
    && /opt/tools/bin/uv venv --python "$(command -v python3)" .venv \
    && /opt/tools/bin/uv pip sync --no-cache --compile-bytecode --python .venv/bin/python --require-hashes requirements.txt \
    && rm -rf /opt/tools
RUN useradd --system --uid 10001 --no-create-home antam \
    && install --directory --owner antam --mode 0700 /var/lib/antam /var/lib/antam/secrets \
        /var/lib/antam/secrets/backend /var/lib/antam/secrets/bot /var/lib/antam/secrets/actions \
        /var/lib/antam/secrets/nlu /var/lib/antam/secrets/backup /var/lib/antam/backups \
    && install --directory --owner antam --mode 0755 /var/lib/antam/secrets/postgres
COPY backend backend
COPY bot bot
COPY actions actions
COPY data data
ENV ANTAM_VAR=/var/lib/antam
USER antam

FROM python:3.10-slim-bookworm AS rasa
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PATH=/opt/antam/nlu/.venv/bin:$PATH
WORKDIR /opt/antam
COPY requirements-tools.txt ./
COPY nlu/requirements.txt nlu/requirements.txt
RUN python -m venv /opt/tools \
    && /opt/tools/bin/pip install --no-cache-dir --require-hashes --requirement requirements-tools.txt \
    && /opt/tools/bin/uv venv --python "$(command -v python3)" nlu/.venv \
    && /opt/tools/bin/uv pip sync --no-cache --compile-bytecode --python nlu/.venv/bin/python --require-hashes nlu/requirements.txt \
    && rm -rf /opt/tools
COPY nlu nlu
COPY backend/__init__.py backend/__init__.py
COPY backend/text backend/text
COPY data data
# The model is part of the image: what is served is what was built.
RUN python -m nlu.train \
    && useradd --system --uid 10001 --no-create-home antam \
    && install --directory --owner antam --mode 0700 /var/lib/antam /var/lib/antam/secrets /var/lib/antam/secrets/nlu
ENV ANTAM_VAR=/var/lib/antam
USER antam
