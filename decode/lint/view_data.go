package lint

import (
	"math"

	"github.com/rtmpscope/rtmpscope/decode/amf"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

// meta is what onMetaData claims.
type meta struct {
	own    [2]trackClaim // of the first audio track, of the first video track
	others []trackClaim
}

// metadataOf returns the object or array of an onMetaData message, or nil.
func metadataOf(e *session.Entry) (found bool, v *amf.Value) {
	i := 0
	switch e.Message.Command {
	case "@setDataFrame":
		a := argument(e, 0)
		if a == nil || a.Text != "onMetaData" {
			return false, nil
		}
		i = 1
	case "onMetaData":
	default:
		return false, nil
	}
	return true, argument(e, i)
}

// data follows a data message.
func (v *view) data(e *session.Entry) {
	v.stream, _ = v.home(e)
	found, object := metadataOf(e)
	if s := v.stream; s != nil && found {
		s.metadata = rowAt{e.Number, e.Time}
		if object != nil {
			s.meta = readMeta(object)
		}
	}
	if found && object != nil {
		v.fingerprintMetadata(e, object)
	}
	v.emit(onData, e)
}

func readMeta(o *amf.Value) meta {
	return meta{own: [2]trackClaim{readTrack(o, 0, false), readTrack(o, 0, true)}, others: readTracks(o)}
}

// number returns a numeric member, or NaN.
func number(o *amf.Value, name string) float64 {
	if m := o.Get(name); m != nil && (m.Kind == amf.Number || m.Kind == amf.Integer) {
		return m.Number
	}
	return math.NaN()
}
