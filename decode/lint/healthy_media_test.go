package lint

import (
	"fmt"
	"time"

	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/amf"
	"github.com/rtmpscope/rtmpscope/decode/chunk"
)

// lane is the audio or the video of one stream as it goes on: each of its frames has
// a time on the clock of the wall and one in the media.
type lane struct {
	codec
	csid    uint32
	due     time.Duration // of the next frame, on the wall
	ts      float64       // of the next frame, ms
	size    int           // usual bytes of a frame
	gop     int           // frames from keyframe to keyframe
	cuts    int           // scene cuts, in a thousand frames
	vary    int           // of a hundred frames, how many are left out: variable frame rate
	rests   int           // of a thousand frames, before how many nothing moves for 1 to 3 s
	since   int           // frames since the keyframe
	begun   bool
	refused bool // the player does not want it
	late    bool // it is sent without a keyframe first
}

// feed is one published or played stream of a healthy session.
type feed struct {
	id     uint32
	from   decode.Direction
	name   string
	lanes  []*lane
	data   time.Duration // when the next data message is due; 0 for never
	binary bool          // which carries bytes
	bundle bool          // media comes in aggregates
	held   []chunk.Out   // what waits for the next aggregate
	signed string        // who wrote the metadata
	paused bool
}

// newFeed chooses codecs, rates and distances of keyframes.
func newFeed(w *cable, id uint32, from decode.Direction, kinds int) *feed {
	f := &feed{id: id, from: from, name: fmt.Sprintf("stream-%d", w.rand.IntN(1000))}
	csid := uint32(4)
	switch {
	case w.chance(4):
		csid = uint32(w.between(64, 400))
	case w.chance(30):
		csid = uint32(w.between(4, 20)) + 2*id
	}
	start := float64(0)
	if from == server && w.chance(50) || w.chance(5) {
		start = float64(w.rand.IntN(30_000_000))
	}
	if kinds&1 != 0 {
		f.lanes = append(f.lanes, audioLane(w, csid, start))
	}
	if kinds&2 != 0 {
		v := videoLane(w, csid+uint32(w.between(0, 2)), start)
		if from == server {
			v.late = w.chance(20)
			if kept := w.rand.IntN(2000); v.ts > 2000 {
				v.forward(float64(-kept)) // what the server had kept
			}
		}
		f.lanes = append(f.lanes, v)
	}
	if w.chance(15) || w.amf3 {
		f.data, f.binary = w.now+time.Second, w.amf3
	}
	f.bundle = from == server && w.chance(8)
	return f
}

func audioLane(w *cable, csid uint32, start float64) *lane {
	l := &lane{codec: enhance(w, audioCodec(w)), csid: csid, due: w.now, ts: start, size: w.between(8, 400)}
	if w.chance(20) { // the microphone was open before the camera, or the other way round
		late := w.between(0, 300)
		l.ts, l.due = start+float64(late), w.now+time.Duration(late)*time.Millisecond
	}
	return l
}

func videoLane(w *cable, csid uint32, start float64) *lane {
	l := &lane{codec: enhance(w, videoCodec(w)), csid: csid, due: w.now, ts: start, size: w.between(20, 1500)}
	if l.fps == 0 {
		l.fps = pick(w, 25, 25, 30, 30, 30000/1001.0, 24000/1001.0, 50, 60, 15, 10, 5, 2, 1)
	}
	l.step = 1000 / l.fps
	seconds := pick(w, 1.0, 2, 2, 2, 4, 4)
	switch {
	case w.chance(20):
		l.gop, l.cuts = defaultGOP, w.between(0, 20) // as x264 does it when nobody says otherwise
	default:
		if l.gop = max(int(seconds*l.fps+0.99), 1); w.chance(20) {
			l.cuts = w.between(1, 20)
		}
	}
	if l.fps <= 5 || w.chance(10) {
		l.vary = w.between(0, 60)
		l.rests = w.between(0, 10)
	}
	return l
}

// metadata is what the sender says of the stream.
func (f *feed) metadata(w *cable) amf.Value {
	var p []amf.Member
	for _, l := range f.lanes {
		if l.video {
			p = append(p, prop("width", num(float64(l.w))), prop("height", num(float64(l.h))), prop("framerate", num(l.fps)), prop("videocodecid", num(l.id)), prop("videodatarate", num(2500)))
			continue
		}
		p = append(p, prop("audiocodecid", num(l.id)), prop("audiodatarate", num(160)), prop("stereo", amf.Bool(true)))
	}
	p = append(p, f.infoMaps(w)...)
	if f.signed != "" {
		p = append(p, prop(pick(w, "encoder", "Server"), str(f.signed)))
	}
	if w.chance(50) {
		return amf.ECMA(p...)
	}
	return obj(p...)
}

// open sends what comes before the first frame: metadata and headers, in one order or
// the other.
func (f *feed) open(w *cable) {
	meta := func() {
		list := []amf.Value{str("onMetaData"), f.metadata(w)}
		if f.from == client {
			list = append([]amf.Value{str("@setDataFrame")}, list...)
		}
		f.say(w, list...)
	}
	headers := func() {
		for _, l := range f.lanes {
			if l.header != nil {
				f.put(w, l, uint32(l.ts), l.header)
			}
			if body := l.beside(w); body != nil {
				f.put(w, l, uint32(l.ts), body)
			}
		}
	}
	if first := w.chance(80); first {
		meta()
		headers()
	} else {
		headers()
		meta()
	}
}

func (f *feed) say(w *cable, list ...amf.Value) {
	var body []byte
	for _, v := range list {
		body = amf.Append0(body, v)
	}
	w.send(f.from, chunk.Out{ChunkStream: f.csid(), Type: chunk.TypeDataAMF0, StreamID: f.id, Timestamp: f.stamp(), Body: body})
}

func (f *feed) csid() uint32 {
	if len(f.lanes) > 0 {
		return f.lanes[0].csid
	}
	return 4
}

// stamp is the time of the media.
func (f *feed) stamp() uint32 {
	if len(f.lanes) > 0 {
		return uint32(f.lanes[0].ts)
	}
	return 0
}

// put sends one message of media, by itself or with others.
func (f *feed) put(w *cable, l *lane, ts uint32, body []byte) {
	m := chunk.Out{ChunkStream: l.csid, Type: l.typ(), StreamID: f.id, Timestamp: ts, Body: body}
	if !f.bundle {
		w.send(f.from, m)
		return
	}
	if f.held = append(f.held, m); len(f.held) >= 8 || ts-f.held[0].Timestamp > 400 {
		f.flush(w)
	}
}

// flush sends what was kept as one aggregate (RTMP 1.0 §7.1.6).
func (f *feed) flush(w *cable) {
	if len(f.held) == 0 {
		return
	}
	var body []byte
	for _, m := range f.held {
		tag := append([]byte{m.Type}, be24(len(m.Body))...)
		tag = append(append(tag, be24(int(m.Timestamp&0xffffff))...), byte(m.Timestamp>>24), 0, 0, 0)
		tag = append(tag, m.Body...)
		n := len(tag)
		body = append(append(append(body, tag...), byte(n>>24)), be24(n)...)
	}
	w.send(f.from, chunk.Out{ChunkStream: f.held[0].ChunkStream, Type: chunk.TypeAggregate, StreamID: f.id, Timestamp: f.held[0].Timestamp, Body: body})
	f.held = nil
}

// next is the lane whose frame is due first, or nil.
func (f *feed) next() (first *lane) {
	if f.paused {
		return nil
	}
	for _, l := range f.lanes {
		if !l.refused && (first == nil || l.due < first.due) {
			first = l
		}
	}
	return first
}

// step sends the frame of a lane and says when the next one is due.
func (f *feed) step(w *cable, l *lane) {
	p := picture{}
	size := max(l.size/2+w.rand.IntN(l.size), 4)
	if l.video {
		p = l.picture(w)
		if p.key {
			size *= 4
		}
	}
	f.put(w, l, uint32(l.ts), l.frame(w, size, p))
	steps := 1.0
	for l.video && l.vary > 0 && steps*l.step < 2000 && w.chance(l.vary) {
		steps++
	}
	forward := steps * l.step
	if l.rests > 0 && w.rand.IntN(1000) < l.rests {
		forward += float64(w.between(1000, 3000))
	}
	l.forward(forward)
}

// forward moves the wall and the media on.
func (l *lane) forward(ms float64) {
	l.ts += ms
	l.due += time.Duration(ms * float64(time.Millisecond))
}

// picture chooses what the next frame of video is.
func (l *lane) picture(w *cable) (p picture) {
	p.key = !l.begun && !l.late || l.since >= l.gop || w.rand.IntN(1000) < l.cuts
	l.begun = true
	if p.key {
		l.since = 0
	}
	l.since++
	if l.reorder { // I, P and B with one frame of reordering, decoded before it is shown
		p.b = !p.key && l.since%2 == 1
		switch {
		case p.key:
			p.cts = int(l.step + 0.5)
		case !p.b:
			p.cts = int(2*l.step + 0.5)
		}
	}
	return p
}
