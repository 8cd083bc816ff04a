FROM node:26-slim

WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY bin bin
# Exactly the locked packages, without the tools, stamped so that the start does not ask npm again
RUN node -e "import('./bin/bootstrap.mjs').then((bootstrap) => bootstrap.ensurePackages(process.execPath, { tools: 'omitted' }))" \
  && rm -rf .runtime \
  && npm cache clean --force

COPY adapters adapters
COPY agents agents
COPY config config
COPY handlers handlers
COPY src src

RUN mkdir /data && chown node:node /data
USER node
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 TUPPENCE_DATA_DIR=/data
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/healthz`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "bin/tuppence.mjs", "start"]
