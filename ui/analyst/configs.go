package analyst

import (
	"sync"

	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/chunk"
	"github.com/rtmpscope/rtmpscope/decode/media"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

const (
	// maxConfigTracks is how many tracks of a capture have their configurations
	// remembered, those that began last: a track is one of a stream in a session, of which
	// there are two as a rule.
	maxConfigTracks = 4096
	// maxConfigChanges is how many configurations of one track are remembered, the
	// latest ones. An encoder changes it when it is reconfigured: seldom.
	maxConfigChanges = 64
)

// trackKey is one track of one direction of one session.
type trackKey struct {
	session, stream uint32
	from            decode.Direction
	video           bool
	track           uint8
}

// configAt is a configuration and the row that brought it.
type configAt struct {
	row    uint32
	config media.Config
}

// configs keeps the codec configurations of a capture, so that a message can be
// read by the one in force where it stands, without looking for it again. The
// analyst's goroutine learns, any goroutine asks.
type configs struct {
	mu    sync.Mutex
	list  map[trackKey][]configAt // ascending rows
	order []trackKey              // of list, in the order in which they began
}

// learn takes in a row that may be a sequence header.
func (c *configs) learn(e *session.Entry) {
	tag := e.Message.Tag
	if e.Kind != session.Message || tag.Kind != media.SequenceHeader || !e.IsMedia() {
		return
	}
	config, ok := media.ParseConfig(tag, e.Body)
	if !ok {
		return
	}
	key := trackKey{e.Session, e.StreamID, e.From, tag.Video, tag.Track}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.list == nil {
		c.list = map[trackKey][]configAt{}
	}
	known, seen := c.list[key]
	switch {
	case !seen:
		c.begin(key)
	case len(known) > 0 && known[len(known)-1].config == config:
		return
	case len(known) == maxConfigChanges:
		known = append(known[:0], known[1:]...)
	}
	c.list[key] = append(known, configAt{e.Number, config})
}

// begin makes room for a track.
func (c *configs) begin(key trackKey) {
	if c.order = append(c.order, key); len(c.order) > maxConfigTracks {
		delete(c.list, c.order[0])
		c.order = c.order[1:]
	}
}

// before returns the configuration in force for the message in a row, or nil when
// none came before it.
func (c *configs) before(number int, row session.Row, body []byte) *media.Config {
	if !row.IsMedia() {
		return nil
	}
	tag := media.ParseAudio(body)
	if row.Type == chunk.TypeVideo {
		tag = media.ParseVideo(body)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	known := c.list[trackKey{row.Session, row.StreamID, row.From, tag.Video, tag.Track}]
	for i := len(known) - 1; i >= 0; i-- {
		if int(known[i].row) < number {
			config := known[i].config
			return &config
		}
	}
	return nil
}
