package lint

import (
	"math"
	"slices"
	"strconv"

	"github.com/rtmpscope/rtmpscope/decode/amf"
)

// trackClaim is what metadata says of one track; NaN where it says nothing.
type trackClaim struct {
	id                   uint8
	video                bool
	width, height, rate  float64
	sampleRate, channels float64
	codec                claim
}

// readTracks reads audioTrackIdInfoMap and videoTrackIdInfoMap, which describe the
// tracks from 1 on, each by its ID (Enhanced RTMP v2, Enhancing onMetaData). An entry
// may be whole or name only what differs from the first track; what it leaves out is
// not taken to be said.
func readTracks(o *amf.Value) (out []trackClaim) {
	for _, kind := range []string{"audioTrackIdInfoMap", "videoTrackIdInfoMap"} {
		m := o.Get(kind)
		if m == nil {
			continue
		}
		for i := range m.Members {
			id, err := strconv.ParseUint(m.Members[i].Name, 10, 8)
			if err == nil && id > 0 && len(out) < 2*maxTracks {
				out = append(out, readTrack(&m.Members[i].Value, uint8(id), kind[0] == 'v'))
			}
		}
	}
	return out
}

func readTrack(o *amf.Value, id uint8, video bool) trackClaim {
	c := trackClaim{
		id: id, video: video, width: number(o, "width"), height: number(o, "height"), rate: number(o, "framerate"),
		sampleRate: number(o, "samplerate"), channels: number(o, "channels"),
	}
	if math.IsNaN(c.sampleRate) {
		c.sampleRate = number(o, "audiosamplerate")
	}
	name, has := "audiocodecid", "hasAudio"
	if video {
		name, has = "videocodecid", "hasVideo"
	}
	c.codec = readClaim(o, name, has, video)
	return c
}

// claimOf is what the metadata says of a track, or nil.
func (m *meta) claimOf(t *track) *trackClaim {
	if t.id == 0 {
		return &m.own[kindOf(t.video)]
	}
	i := slices.IndexFunc(m.others, func(c trackClaim) bool { return c.id == t.id && c.video == t.video })
	if i < 0 {
		return nil
	}
	return &m.others[i]
}

// kindOf is the place of audio (0) or video (1) in what is kept of both.
func kindOf(video bool) int {
	if video {
		return 1
	}
	return 0
}
