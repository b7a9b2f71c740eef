package export

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rtmpscope/rtmpscope/decode/amf"
)

func TestLadder(t *testing.T) {
	got := linesOf(written(t, publisher(t, "stream-key-1").end(), "txt", Options{Judge: &rules{}, Title: "why", Notes: []Note{{Session: 1, Row: 3, Text: "look"}}}))
	got = slices.DeleteFunc(got, func(line string) bool { return strings.Contains(line, "video from the client") }) // of two bytes
	want := strings.Split(`why
  Captured 2027-01-15 08:00:00 to 2027-01-15 08:00:00 UTC
  Written by rtmpscope. Stream keys and tokens are masked: ••••9e95 stands for one, and the same digits stand for the same one.

Session 1: 10.0.0.1:5001 to 10.0.0.2:1935
  opened           2027-01-15 08:00:00.000 UTC
  lasted           16 ms
  role             publish
  app              live
  tcUrl            rtmp://h/live
  stream           ••••4865
  client software  FMLE/3.0
  server software  FMS/3
  phase reached    close
  from the client  3.4 KB in 9 messages
  from the server  3.4 KB in 4 messages
  audio, video     2, 3 messages
  audio from the client AAC LC 44100 Hz 2 ch
  ended            the client closed its side (FIN)
  annotation: look (row 3)
  warning:         the words of the rule [client] (a-rule, rows 8, 12)

     row     seconds  client                                server
            0.000000  ├─ handshake ──────────────────────────┤
       1    0.000000  │ · Connection                         │  10.0.0.1:5001 to 10.0.0.2:1935
       2    0.001000  │ ── C0 ─────────────────────────────▶ │  version 3
       3    0.001000  │ ── C1 ─────────────────────────────▶ │  time 0, plain
       4    0.002000  │ ◀─ S0 ────────────────────────────── │  version 3
       5    0.002000  │ ◀─ S1 ────────────────────────────── │  time 0, plain
       6    0.002000  │ ◀─ S2 ────────────────────────────── │  repeats C1
       7    0.003000  │ ── C2 ─────────────────────────────▶ │  repeats S1
            0.004000  ├─ connect ────────────────────────────┤
       8    0.004000  │ ── connect ────────────────────────▶ │  connect to app "live" at rtmp://h/live as FMLE/3.0
       9    0.005000  │ ◀─ _result ───────────────────────── │  _result: NetConnection.Connect.Success “ok” (answers row 8 after 1.0 ms)
            0.006000  ├─ create stream ──────────────────────┤
      10    0.006000  │ ── createStream ───────────────────▶ │  createStream()
      11    0.007000  │ ◀─ _result ───────────────────────── │  _result of createStream: 1 (answers row 10 after 1.0 ms)
            0.008000  ├─ publish ────────────────────────────┤
      12    0.008000  │ ── publish ────────────────────────▶ │  publish("••••4865", "live")  stream 1 at 0 ms
      13    0.008000  │ · warning a-rule                     │  ! the words of the rule
      14    0.009000  │ ◀─ onStatus ──────────────────────── │  NetStream.Publish.Start “••••4865 is published” (answers row 12 after 1.0 ms)  stream 1 at 0 ms
      15    0.010000  │ ── @setDataFrame ──────────────────▶ │  @setDataFrame("onMetaData", {width: 320, title: "a & b"})  stream 1 at 0 ms
            0.011000  ├─ media ──────────────────────────────┤
      16    0.011000  │ ── Video ──────────────────────────▶ │  AVC sequence header, 20 bytes  stream 1 at 0 ms
      17    0.012000  │ ── Audio ──────────────────────────▶ │  AAC sequence header, 4 bytes  stream 1 at 0 ms
      18    0.013000  │ ── media ×3 ───────────────────────▶ │  1 audio message, 2 video messages, 27 B in 2.0 ms, timestamps 0 to 40, 1 keyframe, 1 acknowledgement
            0.016000  ├─ close ──────────────────────────────┤
      22    0.016000  │ · Close                              │  the client closed its side (FIN)
      23    0.016000  │ · Close                              │  the server closed its side (FIN)`, "\n")
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestLadderShowsNewSequenceHeaders: those that repeat are part of the run.
func TestLadderShowsNewSequenceHeaders(t *testing.T) {
	k := newTalk(t).greet()
	for _, body := range [][]byte{{0xaf, 0, 0x12, 0x10}, {0xaf, 1, 1}, {0xaf, 0, 0x12, 0x10}, {0xaf, 1, 1}, {0xaf, 0, 0x11, 0x90}, {0xaf, 1, 1}} {
		k.say(client, 8, 1, 0, body)
	}
	s := string(written(t, k.end(), "txt", Options{}))
	if strings.Count(s, "AAC sequence header") != 2 || strings.Count(s, "media ×3") != 1 || strings.Count(s, "media ×1") != 1 {
		t.Error(s)
	}
}

func TestLadderLeavesOut(t *testing.T) {
	k := newTalk(t).greet()
	for range maxMarkdownRungs + 100 {
		k.call(client, 0, amf.Str("ping"), amf.Num(0))
	}
	src := k.end()
	if s := string(written(t, src, "md", Options{})); !strings.Contains(s, "… 112 more lines are left out") || len(s) > 65536 {
		t.Errorf("%d bytes, ending in %q", len(s), s[len(s)-200:])
	}
	if s := string(written(t, src, "txt", Options{})); strings.Contains(s, "left out") {
		t.Error("the text ladder leaves lines out")
	}
}

func TestLongNamesKeepTheRails(t *testing.T) {
	k := newTalk(t).greet()
	k.call(client, 0, amf.Str(strings.Repeat("long", 30)), amf.Num(0))
	for _, line := range linesOf(written(t, k.end(), "txt", Options{})) {
		if i := strings.Index(line, "│"); i > 0 {
			inner, _, ok := strings.Cut(line[i+len("│"):], "│")
			if n := len([]rune(inner)); !ok || n != rungWidth {
				t.Errorf("%d characters between the rails: %q", n, line)
			}
		}
	}
}
