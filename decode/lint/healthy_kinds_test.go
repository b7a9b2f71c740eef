package lint

import (
	"fmt"

	"github.com/rtmpscope/rtmpscope/decode/chunk"
	"github.com/rtmpscope/rtmpscope/decode/media"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

// healthyKinds are what the healthy sessions have to hold, so that silence about them
// means something.
var healthyKinds = []string{
	"messages that begin with format 3", "messages woven into another", "extended timestamps repeated on format 3",
	"aggregates", "commands of AMF3", "bytes in data messages", "captions", "pings", "acknowledgements",
	"ManyTracks", "ManyTracksManyCodecs", "nanoseconds", "colours", "layouts of channels", "starts as MPEG-2 TS has them",
	"onFCPublish", "receiveAudio", "receiveVideo", "pauses", "seeks", "closeStream", "deleteStream",
	"message streams used again", "B frames", "AVC", "HEVC", "AV1", "VP9", "AAC", "MP3", "Opus", "G.711 A-law", "Speex", "H.263", "VP6",
}

// traffic is those that were seen.
type traffic map[string]bool

// add takes over what another session had.
func (k traffic) add(other traffic) {
	for _, kind := range healthyKinds {
		k[kind] = k[kind] || other[kind]
	}
}

// see looks at one row.
func (k traffic) see(e *session.Entry) {
	if e.Kind != session.Message {
		return
	}
	k.chunks(e)
	k.command(e)
	k.tag(&e.Message.Tag)
	switch e.Type {
	case chunk.TypeAggregate:
		k["aggregates"] = true
	case chunk.TypeCommandAMF3:
		k["commands of AMF3"] = true
	case chunk.TypeDataAMF3:
		k["bytes in data messages"] = true
	case chunk.TypeAcknowledgement:
		k["acknowledgements"] = true
	case chunk.TypeUserControl:
		k["pings"] = k["pings"] || e.Message.Event == 6
	}
}

// chunks looks at how a message was cut.
func (k traffic) chunks(e *session.Entry) {
	if e.Fmt == 3 {
		k["messages that begin with format 3"] = true
	}
	if e.Extended && e.Chunks > 1 {
		k["extended timestamps repeated on format 3"] = true
	}
	if e.Chunks > 1 && chunk.IsMedia(e.Type) && e.End-e.Offset > int64(e.Length)+int64(e.Chunks)*chunk.MaxHeader {
		k["messages woven into another"] = true
	}
}

// command looks at what was asked for.
func (k traffic) command(e *session.Entry) {
	named := map[string]string{"onTextData": "captions", "receiveAudio": "receiveAudio", "receiveVideo": "receiveVideo", "pause": "pauses", "seek": "seeks", "closeStream": "closeStream", "deleteStream": "deleteStream"}
	if name := named[e.Message.Command]; name != "" {
		k[name] = true
	}
	switch e.Message.Command {
	case "onFCPublish":
		k["onFCPublish"] = true
	case "publish", "play":
		used := fmt.Sprintf("message stream %d of session %d", e.StreamID, e.Session)
		k["message streams used again"] = k["message streams used again"] || k[used]
		k[used] = true
	}
}

// tag looks at what media is.
func (k traffic) tag(t *media.Tag) {
	k[t.Multitrack.String()], k[t.Codec.String()] = true, true
	if t.NanoOffset > 0 {
		k["nanoseconds"] = true
	}
	if t.CompositionTime > 0 {
		k["B frames"] = true
	}
	switch t.Kind {
	case media.Metadata:
		k["colours"] = true
	case media.MultichannelConfig:
		k["layouts of channels"] = true
	case media.MPEG2TSSequence:
		k["starts as MPEG-2 TS has them"] = true
	}
}
