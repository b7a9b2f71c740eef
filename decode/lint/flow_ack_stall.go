package lint

import (
	"time"

	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "flow-ack-stall", Severity: session.Error,
	Title:      "The sender stopped to wait for an acknowledgement",
	Why:        "More bytes are unacknowledged than the window allows, and the sender has fallen silent while the connection is open. Encoders that honour the window (FMLE, hardware) stop here for ever; ffmpeg, OBS and GStreamer do not wait.",
	Fix:        "Let the receiver acknowledge once in every window. Near 4 GB, let it count on across 2^32.",
	Source:     "RTMP 1.0 §5.4.3, §5.4.5; ossrs/srs#730, ossrs/srs#598, arut/nginx-rtmp-module#354",
	Explains:   breaks,
	Thresholds: []string{"ack.stall"},
	Absence:    true,
	Bad:        script.Example{script.Publishing, script.Control(server, 6, 0, 0, 0xff, 0, 2), script.Bulk(client, 70, 1000), script.Silence(7 * time.Second)},
	Good:       script.Example{script.Publishing, script.Control(server, 6, 0, 0, 0xff, 0, 2), script.Bulk(client, 40, 1000), acknowledge(40000), script.Bulk(client, 40, 1000), script.Silence(7 * time.Second)},
	watch: func(v *view, r *reporter) {
		wait := v.duration("ack.stall")
		var armed [2]bool
		var silent [2]rowAt // since when, while that is reported
		var look func(d decode.Direction, in time.Duration)
		look = func(d decode.Direction, in time.Duration) {
			v.after(in, func() {
				armed[d] = false
				l := &v.ledger[d]
				quiet := v.since(v.seen[d].last)
				limit := l.limit()
				switch {
				case l.outstanding() < limit || !v.isOpen() || !r.first() || v.allStopped() || !v.waitsForAcks(d):
				case quiet < wait:
					armed[d] = true
					look(d, wait-quiet)
				default:
					silent[d] = v.seen[d].last
					r.inShort("silent for %s, unacknowledged", quiet).report(session.SideOf(d.Peer()), rows(l.lastAck.row, v.seen[d].last.row), "the %s has been silent for %s with %s bytes unacknowledged; the window is %s, and the %s acknowledged last %s bytes", d, quiet, count(l.outstanding()), count(limit), d.Peer(), count(l.total))
				}
			})
		}
		v.on(onSecond, func(e *session.Entry) {
			d := e.From
			if last := silent[d]; last.yes() {
				silent[d] = rowAt{}
				r.inShort("was silent for %s, unacknowledged", v.since(last)).over(session.SideOf(d.Peer()), rows(last.row, e.Number), "the %s was silent for %s with more bytes unacknowledged than the window allows, and then went on", d, v.since(last))
			}
			if !armed[d] && v.ledger[d].limit() > 0 {
				armed[d] = true
				look(d, wait)
			}
		})
	},
})

// waitsForAcks reports whether a sender may be one that stops at the window. The
// programs that are known not to wait fall silent for another reason.
func (v *view) waitsForAcks(d decode.Direction) bool {
	return !v.holds[d].yes() && !v.who[d].is(ffmpeg, obs, gstreamer, librtmp, nginx, own)
}

// acknowledge says that the server has received n bytes.
func acknowledge(n uint32) script.Act { return script.Control(server, 3, script.BigEndian(n)...) }
