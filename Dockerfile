# An image with loadgate and paintbox-target, without a toolchain, for a user that is not root.
#
#     docker build -t loadgate .
#     docker run --rm --network host --user "$(id -u):$(id -g)" -v "$PWD:/work" loadgate run shop.yaml
#
# loadgate fleet kubernetes makes manifests for it: they run it as user and group 10001, with a root file system that can't be written.
#
# Load goes to loopback unless a host is authorised; with --network host that is the machine's own.
FROM swift:6.1-bookworm AS build
WORKDIR /source
COPY . .
RUN make dist DIST=/dist

FROM debian:bookworm-slim
COPY --from=build /dist/*.deb /tmp/
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates /tmp/*.deb \
    && rm -rf /tmp/*.deb /var/lib/apt/lists/* \
    && groupadd --gid 10001 loadgate \
    && useradd --uid 10001 --gid 10001 --create-home loadgate
USER loadgate
WORKDIR /work
ENTRYPOINT ["loadgate"]
CMD ["--help"]
