package lint

import (
	"math"

	"github.com/rtmpscope/rtmpscope/decode/amf"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

// meta is what onMetaData claims; NaN where it claims nothing.
type meta struct {
	width, height, rate        float64
	sampleRate                 float64
	audio, video               bool // it names a codec
	videoCodec, audioCodec     float64
	videoCodecOK, audioCodecOK bool
	codecs                     [2]claim // of audio, of video
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
	m := meta{
		width: number(o, "width"), height: number(o, "height"), rate: number(o, "framerate"),
		sampleRate: number(o, "audiosamplerate"),
		videoCodec: number(o, "videocodecid"), audioCodec: number(o, "audiocodecid"),
	}
	m.video, m.audio = o.Get("videocodecid") != nil, o.Get("audiocodecid") != nil
	m.videoCodecOK, m.audioCodecOK = !math.IsNaN(m.videoCodec), !math.IsNaN(m.audioCodec)
	m.codecs[0] = readClaim(o, "audiocodecid", "hasAudio", false)
	m.codecs[1] = readClaim(o, "videocodecid", "hasVideo", true)
	return m
}

// number returns a numeric member, or NaN.
func number(o *amf.Value, name string) float64 {
	if m := o.Get(name); m != nil && (m.Kind == amf.Number || m.Kind == amf.Integer) {
		return m.Number
	}
	return math.NaN()
}
