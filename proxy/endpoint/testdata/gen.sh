#!/bin/sh
# Makes clock.flv: the picture and sound that demo/clock repeats for ever.
#
# 256 pictures at 25 a second last exactly as long as 441 AAC frames of 1024
# samples at 44100 Hz: 10.24 s. So the loop has no seam in its timestamps. The
# tone repeats within the loop too, and its frames are cut from the middle of a
# longer encoding, so the AAC frames overlap as if the sound had never begun.
#
# Needs ffmpeg 5 or later with libx264 and drawtext. Usage: ./gen.sh > clock.flv
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

label="font=monospace:fontcolor=white:box=1:boxcolor=black:boxborderw=6"
ffmpeg -nostdin -v error -f lavfi -i testsrc2=size=320x180:rate=25 -frames:v 256 \
	-vf "drawtext=text='%{pts\:hms}':fontsize=28:x=(w-tw)/2:y=h-th-16:$label,drawtext=text='rtmpscope demo/clock':fontsize=14:x=(w-tw)/2:y=12:$label,format=yuv420p" \
	-c:v libx264 -profile:v main -preset veryslow -crf 31 -bf 0 -g 25 -keyint_min 25 -sc_threshold 0 \
	-threads 1 -bitexact -bsf:v filter_units=remove_types=6 -f mp4 "$dir/video.mp4"

# 440.625 Hz is 4512 whole waves in 10.24 s; the swell is 16 of them.
ffmpeg -nostdin -v error -f lavfi \
	-i "aevalsrc='0.08*(0.6+0.4*sin(2*PI*1.5625*t))*sin(2*PI*440.625*t)':s=44100:d=31" \
	-c:a aac -b:a 32k -ac 1 -bitexact \
	-bsf:a "noise=drop='lt(n,442)+gte(n,883)',setts=ts=N*1024" -f mp4 "$dir/audio.mp4"

ffmpeg -nostdin -v error -i "$dir/video.mp4" -i "$dir/audio.mp4" -map 0:v -map 1:a -c copy \
	-bitexact -flvflags no_duration_filesize+no_sequence_end -f flv "$dir/clock.flv"
cat "$dir/clock.flv"
