package endpoint

import (
	"bytes"

	"github.com/rtmpscope/rtmpscope/decode/chunk"
	"github.com/rtmpscope/rtmpscope/decode/media"
)

// class is what a message means to a player that did not see those before it.
type class uint8

const (
	other    class = iota
	metadata       // onMetaData
	config         // a sequence header, or what else decoders must know first
	key            // a picture that decoding can begin with
	sound          // an audio frame
)

// Limits on what is remembered of a stream besides its group of pictures.
const (
	maxCached  = 1 << 20 // bytes of one message
	maxConfigs = 32      // tracks with a configuration of their own
)

var onMetaData = []byte("\x02\x00\x0aonMetaData")

// track tells the configurations of a stream apart: audio and video, and the
// tracks of Enhanced RTMP. The zero track is that of messages without any.
type track struct {
	typ, number uint8
	kind        media.Kind
}

// classify says what a message is, legacy or Enhanced RTMP.
func classify(m Message) (class, track) {
	switch m.Type {
	case chunk.TypeAudio:
		t := media.ParseAudio(m.Body)
		if t.Kind == media.SequenceHeader || t.Kind == media.MultichannelConfig {
			return config, track{m.Type, t.Track, t.Kind}
		}
		return sound, track{}
	case chunk.TypeVideo:
		return classifyVideo(m)
	case chunk.TypeDataAMF0, chunk.TypeDataAMF3:
		if bytes.HasPrefix(afterFormat(m), onMetaData) {
			return metadata, track{}
		}
	}
	return other, track{}
}

func classifyVideo(m Message) (class, track) {
	t := media.ParseVideo(m.Body)
	switch t.Kind {
	case media.SequenceHeader, media.MPEG2TSSequence, media.Metadata:
		return config, track{m.Type, t.Track, t.Kind}
	case media.Frame:
		if t.Key {
			return key, track{}
		}
	}
	return other, track{}
}

// afterFormat is the AMF0 part of a data message: type 15 has a format byte
// before it.
func afterFormat(m Message) []byte {
	if m.Type == chunk.TypeDataAMF3 && len(m.Body) > 0 {
		return m.Body[1:]
	}
	return m.Body
}

// cache is what a late player of a stream needs.
type cache struct {
	limit   int // cost of the group of pictures
	meta    []Message
	configs []Message
	tracks  []track // of configs
	gop     []Message
	size    int    // cost of gop
	video   bool   // the stream has pictures
	now     uint32 // timestamp of the latest message
}

// add takes in a message and says what it is.
func (c *cache) add(m Message) class {
	what, t := classify(m)
	c.now = m.Timestamp
	c.video = c.video || m.Type == chunk.TypeVideo
	switch what {
	case metadata:
		if m.cost() <= maxCached {
			c.meta = []Message{m}
		}
	case config:
		c.configure(m, t)
	case key:
		c.clear()
		c.keep(m)
	default:
		if len(c.gop) > 0 {
			c.keep(m)
		}
	}
	return what
}

// configure replaces the configuration of a track. Pictures that were coded
// with another one are of no use to a late player.
func (c *cache) configure(m Message, t track) {
	if m.cost() > maxCached {
		return
	}
	for i := range c.tracks {
		if c.tracks[i] == t {
			if m.Type == chunk.TypeVideo && !bytes.Equal(c.configs[i].Body, m.Body) {
				c.clear()
			}
			c.configs[i] = m
			return
		}
	}
	if len(c.configs) < maxConfigs {
		c.configs, c.tracks = append(c.configs, m), append(c.tracks, t)
	}
}

// keep adds to the group of pictures; one that grows too large is given up.
func (c *cache) keep(m Message) {
	if c.size += m.cost(); c.size > c.limit {
		c.clear()
		return
	}
	c.gop = append(c.gop, m)
}

func (c *cache) clear() { c.gop, c.size = nil, 0 }

// headers are the metadata and configurations, stamped with the time of what
// will follow them.
func (c *cache) headers(at uint32) []Message {
	var out []Message
	for _, m := range append(c.meta[:len(c.meta):len(c.meta)], c.configs...) {
		m.Timestamp = at
		out = append(out, m)
	}
	return out
}

// opening is what a late player gets before live messages.
func (c *cache) opening() []Message {
	at := c.now
	if len(c.gop) > 0 {
		at = c.gop[0].Timestamp
	}
	return append(c.headers(at), c.gop...)
}
