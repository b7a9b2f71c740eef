package lint

import (
	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "chunk-extts-missing", Severity: session.Error,
	Title: "The extended timestamp is not repeated",
	Why: "The first chunk of a message has an extended timestamp and its continuation chunks do not repeat the four bytes. Most readers take four bytes of payload for it and lose the framing. " +
		"It happens after 4 h 39 min, or at once with a large start value. librtmp before 2024 and OBS before 30.1 write like this.",
	Fix:    "Update the sender. Until then keep timestamps below 16,777,215 ms, or raise the chunk size above the longest message.",
	Source: "RTMP Errata and Addenda §4.1; iizukanao/node-rtsp-rtmp-server#127, obsproject/obs-studio#10097, illuspas/Node-Media-Server#25, yutopp/go-rtmp#72",
	Chance: "never of a sender that repeats the field, as it must: the value is recognised",
	Bad:    script.Example{script.Publishing, script.Raw(client, longExtended(0)...), script.Video(client, 0x1000028, script.InterFrame)},
	Good:   script.Example{script.Publishing, script.Raw(client, longExtended(0x1000000)...), script.Video(client, 0x1000028, script.InterFrame)},
	watch: func(v *view, r *reporter) {
		v.on(onDialect, func(e *session.Entry) {
			if e.Reason.Token == decode.TokenExtendedLeftOut && r.first() {
				r.report(session.SideOf(e.From), rows(e.Number), "%s; most receivers lose the framing here", e.Reason.Text)
			}
		})
		v.on(onHeader, func(e *session.Entry) {
			if e.Kind != session.Message || !e.Extended || e.Chunks < 2 || !r.first() {
				return
			}
			if with := wireLength(e, 4); e.End-e.Offset == with-4*int64(e.Chunks-1) {
				r.report(session.SideOf(e.From), rows(e.Number), "timestamp %d is extended, and the %d continuation chunks of this message do not repeat it, as they must; most receivers lose the framing here", e.Timestamp, e.Chunks-1)
			}
		})
	},
})

// wireLength is how many bytes a message takes when nothing stands between its
// chunks and each continuation repeats ext bytes of extended timestamp.
func wireLength(e *session.Entry, ext int64) int64 {
	basic := int64(1)
	switch {
	case e.ChunkStream > 319:
		basic = 3
	case e.ChunkStream > 63:
		basic = 2
	}
	first := basic + [4]int64{11, 7, 3, 0}[e.Fmt&3]
	if e.Extended {
		first += 4
	}
	return first + int64(e.Length) + int64(e.Chunks-1)*(basic+ext)
}

// longExtended is a video message of 300 bytes at 16,777,216 ms in chunks of
// 128 bytes. Its continuations carry an extended timestamp, or none for 0.
func longExtended(repeated uint32) []byte {
	body := append([]byte{0x17, 1, 0, 0, 0, 0, 0, 1, 0x23, 0x65}, make([]byte, 290)...)
	out := []byte{6, 0xff, 0xff, 0xff, 0, 1, 0x2c, 9, 1, 0, 0, 0, 1, 0, 0, 0}
	for {
		n := min(128, len(body))
		out = append(out, body[:n]...)
		if body = body[n:]; len(body) == 0 {
			return out
		}
		if out = append(out, 0xc6); repeated > 0 {
			out = append(out, script.BigEndian(repeated)...)
		}
	}
}
