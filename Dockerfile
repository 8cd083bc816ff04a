FROM node:26.10.0-slim AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY bin bin
# Exactly the locked packages, stamped so that the start does not ask npm again, and of those only what the bot reads
RUN node -e "import('./bin/bootstrap.mjs').then((bootstrap) => bootstrap.ensurePackages(process.execPath, { tools: 'omitted' }))" \
  && node bin/run-time-packages.mjs /run-time/node_modules

FROM node:26.10.0-slim
LABEL org.opencontainers.image.title="tuppence" \
  org.opencontainers.image.description="A customer-support bot for Slack, Discord and the web that answers most messages for free" \
  org.opencontainers.image.version="0.1.0" \
  org.opencontainers.image.licenses="MIT"
# The first process of a container is spared by SIGKILL from within and by signals it does not ask for, so that is not the bot.
RUN apt-get update && apt-get install -y --no-install-recommends tini && rm -rf /var/lib/apt/lists/*
WORKDIR /app
RUN mkdir /data && chown node:node /data
COPY --from=packages /run-time/node_modules node_modules
COPY package.json package-lock.json ./
COPY bin/tuppence.mjs bin/bootstrap.mjs bin/npm.mjs bin/install-lock.mjs bin/
COPY adapters adapters
COPY agents agents
COPY config config
COPY handlers handlers
COPY src src

# The image's user "node", by number, so that Kubernetes sees that it is not root. It can write /data and /tmp alone.
USER 1000:1000
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 TUPPENCE_DATA_DIR=/data
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/healthz`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["/usr/bin/tini", "--"]
CMD ["node", "bin/tuppence.mjs", "start"]
