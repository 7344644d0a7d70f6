#!/bin/sh
# Runs a storm with the arguments that the test gives; sharding and reports are nutstorm's own business.
# Bazel wants to see that sharding is understood.
test -z "$TEST_SHARD_STATUS_FILE" || touch "$TEST_SHARD_STATUS_FILE"
exec "$@"
