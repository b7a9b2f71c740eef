#!/usr/bin/env bash
# Makes the pictures of the README from real runs. Wants Go and tmux.
set -euo pipefail
cd "$(dirname "$0")/../.."
work=$(mktemp -d)
trap 'tmux -L "pictures$$" kill-server 2>/dev/null || true; rm -rf "$work"' EXIT
go build -o "$work/rtmpscope" .
go build -o "$work/picture" ./test/picture

# shoot NAME WIDTH HEIGHT COMMAND SECONDS [KEYS …] draws what COMMAND shows.
shoot() {
  local name=$1 width=$2 height=$3 command=$4 seconds=$5
  shift 5
  tmux -L "pictures$$" new-session -d -s "$name" -x "$width" -y "$height" "$command"
  sleep "$seconds"
  local key
  for key in "$@"; do
    tmux -L "pictures$$" send-keys -t "$name" "$key"
    sleep 0.4
  done
  tmux -L "pictures$$" capture-pane -p -e -t "$name" | "$work/picture" >"docs/pictures/$name.svg"
  tmux -L "pictures$$" kill-session -t "$name"
}

shoot detail 120 40 "$work/rtmpscope open testdata/captures/obs29__srs__publish.pcapng" 2 2 g ']' Enter 3
shoot procedure 120 34 "$work/rtmpscope open testdata/captures/ffmpeg5__nginx__publish_and_play.pcapng" 2 1 j 4 g Z
shoot refused 120 37 "$work/rtmpscope open testdata/captures/ffmpeg5__nginx__publish_badname.pcapng" 2 1 j 4 Z

go run ./test/cast -o docs/pictures/demo.cast -size 100x30 -title 'rtmpscope demo' -keys 'wait:7 } wait:1.5 } wait:1.5 r wait:2
  Enter wait:3 j wait:0.4 j wait:0.4 j wait:2 Esc wait:0.5 4 wait:3 2 wait:0.5 G wait:2' "$work/rtmpscope" demo
"$work/picture" -cast docs/pictures/demo.cast >docs/pictures/demo.svg
