package lint

import (
	"slices"
	"time"

	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "av-meta-tracks", Severity: session.Warning,
	Title:      "The metadata announces tracks that are not there",
	Why:        "onMetaData names a codec for audio or video of which nothing comes, or leaves out one that does come. Players that go by it wait for the missing track, for seconds or for ever, or do not open the other (flv.js, ffplay, hardware).",
	Fix:        "Let the encoder name the codecs of what it sends and leave out the rest. A source without sound can send silence.",
	Source:     "FLV 10.1 §E.5; Bilibili/flv.js#194 and its hasAudio, hasVideo",
	Thresholds: []string{"meta.tracks"},
	Bad:        script.Example{script.Publishing, script.Metadata(client), onlyVideo},
	Good:       script.Example{script.Publishing, script.Metadata(client), script.Headers(client), script.Frames(client, 0, 100)},
	watch: func(v *view, r *reporter) {
		v.on(onTrack, func(*session.Entry) {
			s := v.stream
			if s.media != 1 {
				return
			}
			v.after(v.duration("meta.tracks"), func() {
				for kind := range s.meta.own {
					v.compareTracks(r, s, kind)
				}
				v.missingTracks(r, s)
			})
		})
	},
})

// onlyVideo is four seconds of it.
var onlyVideo = script.Do(script.Video(client, 0, script.AVCConfig), script.Repeat(100, func(i int) script.Act {
	return script.Do(script.After(40*time.Millisecond), script.Video(client, uint32(i)*40, script.KeyFrame))
}))

// compareTracks compares what the metadata says of audio (0) or video (1) with what
// has come.
func (v *view) compareTracks(r *reporter, s *stream, kind int) {
	name := kindNames[kind]
	mine, other := s.framesOf(kind == 1), s.framesOf(kind == 0)
	c, o := &s.meta.own[kind].codec, &s.meta.own[1-kind].codec
	switch at := rows(s.metadata.row, s.firstAt.row); {
	case !s.metadata.yes() || !v.isOpen() || s.stopped.yes():
	case c.announced() && mine == 0 && other > 0 && !s.excused(kind == 1):
		r.of(s).inShort("%s is announced and does not come", name).report(session.SideOf(s.direction()), at, "the metadata announces %s (%s), and none has come %s after the first media; players that go by it wait", name, c.String(), v.since(s.firstAt))
	case !c.announced() && mine > 0 && o.announced():
		r.of(s).report(session.SideOf(s.direction()), at, "%s comes, but the metadata %s; players that go by it do not open it", name, c.String())
	case !c.announced() && mine > 0 && c.made:
		r.of(s).as(session.Note, session.SideOf(s.direction()), at, "%s comes, but the metadata %s", name, c.String())
	}
}

// missingTracks tells of the tracks that the maps of the metadata have, besides the
// first ones, and of which nothing has come.
func (v *view) missingTracks(r *reporter, s *stream) {
	if s.media == 0 || !v.isOpen() || s.stopped.yes() {
		return
	}
	for _, c := range s.meta.others {
		if !slices.ContainsFunc(s.tracks, func(t *track) bool { return t.video == c.video && t.id == c.id }) && !s.excused(c.video) {
			r.of(s).as(session.Note, session.SideOf(s.direction()), rows(s.metadata.row, s.firstAt.row), "the metadata describes %s track %d, and nothing of it has come %s after the first media", kindNames[kindOf(c.video)], c.id, v.since(s.firstAt))
		}
	}
}

// kindNames name audio and video by their place.
var kindNames = [2]string{"audio", "video"}

// framesOf counts the messages of all tracks of a kind.
func (s *stream) framesOf(video bool) (n int64) {
	for _, t := range s.tracks {
		if t.video == video {
			n += t.messages
		}
	}
	return n
}
