package lint

import (
	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "desync", Severity: session.Error,
	Title:  "The framing was lost",
	Why:    "What should be a chunk header makes no sense, so nothing after it can be read, neither here nor by the receiver. The cause is at or before the first suspicious place: a chunk size that one side did not apply, an extended timestamp that was not repeated, a message cut short.",
	Fix:    "Look at the rows that are named, then at the last Set Chunk Size and the first extended timestamp before them.",
	Source: "ossrs/srs#1006",
	Bad:    script.Example{script.Flowing, script.Raw(client, 0x99, 0xa5, 0xff, 0x13, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12)},
	Good:   script.Example{script.Flowing, script.Raw(client, 6, 0, 0), script.Fin(client), script.Fin(server)},
	watch: func(v *view, r *reporter) {
		v.on(onLost, func(e *session.Entry) {
			if !framing(e.Reason.Token) {
				return
			}
			s := &v.seen[e.From]
			place := e.Offset
			if s.anomaly.yes() {
				place = s.offset
			}
			r.report(session.SideOf(e.From), rows(s.anomaly.row, s.chunkRow, e.Number), "the %s's framing is lost at offset %s: %s; the first suspicious place is offset %s; %s", e.From, count(e.Offset), e.Reason.Text, count(place), v.suspect(e))
		})
	},
})

// suspect names the likeliest cause.
func (v *view) suspect(e *session.Entry) string {
	s := &v.seen[e.From]
	for _, t := range v.tracks() {
		if t.from == e.From && t.time >= 0xfffff0 {
			return "timestamps have passed 16,777,215, so the extended field is the first suspect"
		}
	}
	if s.chunkRow > 0 {
		return "the last change of the chunk size, to " + count(s.chunkSize) + ", is the first suspect"
	}
	return "the chunk size was still 128; a sender that uses another without saying so is the first suspect"
}
