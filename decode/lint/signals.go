package lint

import "github.com/rtmpscope/rtmpscope/decode/session"

// signal is what a rule can subscribe to.
type signal uint8

const (
	onHello       signal = iota // a part of the handshake, whole or cut
	onControl                   // a message of type 1 to 7
	onCommand                   // a command
	onData                      // a data message
	onOther                     // a message of any other type but audio and video
	onHeader                    // any message with something unusual in its chunk headers
	onTrack                     // the first message of a track
	onConfig                    // a sequence header
	onFirst                     // the first coded frame of a track
	onCodec                     // a track goes on in another codec than v.before
	onKey                       // a keyframe
	onStep                      // a frame whose timestamp runs back, leaps, or crosses a limit
	onLimit                     // a frame less than a quarter of an hour before a timestamp at which something changes
	onOddTag                    // an audio or video message that is not an ordinary frame
	onForeign                   // a frame in a form that does not belong here: v.foreign
	onNegative                  // a message whose chunk header carries a negative difference
	onSecondFrame               // the second coded frame of a track
	onReordered                 // frames are shown in another order than they are decoded, and no composition time says so
	onNAL                       // a frame whose NAL units do not fit or tell something
	onSecond                    // media has gone on for another second
	onAborted                   // a message that was not completed
	onAnomaly                   // an anomaly
	onLost                      // framing was lost
	onDialect                   // the decoder chose a reading where senders disagree
	onHeld                      // a receiver keeps bytes waiting, or no longer; there is no row
	onPaced                     // a receiver lags, or no longer; there is no row
	onOuter                     // the protocol around RTMP said something; there is no row
	onTLS                       // what TLS is on the leg to one end
	onClose                     // a side closed
	onCut                       // the relay ended the connection; neither side did
	onEnd                       // both have closed, or the capture is over
	signals
)

// hub is who listens to what in one session.
type hub struct {
	hooks [signals][]func(*session.Entry)
	woken [signals]bool // the rules that want this signal are set up
	up    []bool        // by rule: it is set up
}

// on subscribes to a signal.
func (v *view) on(s signal, f func(*session.Entry)) { v.hooks[s] = append(v.hooks[s], f) }

func (v *view) emit(s signal, e *session.Entry) {
	if !v.woken[s] {
		v.wake(s)
	}
	for _, f := range v.hooks[s] {
		f(e)
	}
}
