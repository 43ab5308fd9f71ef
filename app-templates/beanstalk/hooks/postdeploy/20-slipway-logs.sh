#!/bin/bash
# Has the logs of processes that the platform does not stream itself sent to CloudWatch. Written by Slipway.
#
# SLIPWAY_LOG_GROUP  start of the names of the environment's log groups
set -euo pipefail
root=${SLIPWAY_ROOT:-}
agent="$root/opt/aws/amazon-cloudwatch-agent"
control="$agent/bin/amazon-cloudwatch-agent-ctl"
[ -x "$control" ] || exit 0

files=
while read -r process _; do
    [ "$process" = web ] && continue
    files+=${files:+,}
    files+=$(printf '{"file_path":"/var/log/%s.stdout.log","log_group_name":"%s/%s.stdout.log","log_stream_name":"{instance_id}"}' \
        "$process" "$SLIPWAY_LOG_GROUP" "$process")
done <.slipway/processes
[ -n "$files" ] || exit 0

configuration="$agent/etc/slipway.json"
printf '{"logs":{"logs_collected":{"files":{"collect_list":[%s]}}}}\n' "$files" >"$configuration.new"
if cmp --silent "$configuration.new" "$configuration"; then
    rm "$configuration.new"
else
    mv "$configuration.new" "$configuration"
    "$control" -a append-config -m ec2 -s -c "file:$configuration"
fi
