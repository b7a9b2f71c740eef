package export

import (
	"fmt"
	"strings"

	"github.com/rtmpscope/rtmpscope/decode/media"
)

// choice is a message stream, and for the formats of one codec a track of it.
type choice struct {
	*stream
	track
}

// choices lists what the options leave to choose from and accept takes.
func (j *job) choices(accept func(track) bool) (out []choice) {
	for i := range j.seen.streams {
		s := &j.seen.streams[i]
		if !j.opts.wantsSession(s.session) || !j.opts.wantsFrom(s.from) || j.opts.StreamID != 0 && j.opts.StreamID != s.id {
			continue
		}
		for _, t := range s.tracks {
			if (j.opts.Track == nil || *j.opts.Track == t.id) && accept(t) {
				out = append(out, choice{s, t})
			}
		}
	}
	return out
}

// choose takes the first track of a codec and says which it is, and what else
// could have been chosen. what is the codec in words.
func (j *job) choose(what string, codec media.Codec) (choice, error) {
	fits := j.choices(func(t track) bool { return t.codec == codec })
	if len(fits) == 0 {
		return choice{}, fmt.Errorf("%w: no stream of the chosen sessions carries %s%s", ErrNothing, what, j.instead())
	}
	j.tell(what+" of "+fits[0].words(), fits[1:], choice.words)
	return fits[0], nil
}

// chooseStream takes the first stream that carries media, whatever it is.
func (j *job) chooseStream() (*stream, error) {
	var fits []choice
	for _, c := range j.choices(func(track) bool { return true }) {
		if len(fits) == 0 || fits[len(fits)-1].stream != c.stream {
			fits = append(fits, c)
		}
	}
	if len(fits) == 0 {
		for i := range j.seen.streams { // messages that are no frames
			s := &j.seen.streams[i]
			if j.opts.Track == nil && j.opts.wantsSession(s.session) && j.opts.wantsFrom(s.from) && (j.opts.StreamID == 0 || j.opts.StreamID == s.id) {
				return s, nil
			}
		}
		return nil, fmt.Errorf("%w: no stream of the chosen sessions carries audio or video", ErrNothing)
	}
	j.tell("audio, video and data of "+fits[0].where(), fits[1:], choice.where)
	return fits[0].stream, nil
}

// tell says what was chosen out of what.
func (j *job) tell(chosen string, others []choice, words func(choice) string) {
	const most = 5
	if j.opts.Chosen == nil {
		return
	}
	var also []string
	for i, c := range others {
		if i == most {
			also = append(also, fmt.Sprintf("%d more", len(others)-i))
			break
		}
		also = append(also, words(c))
	}
	j.opts.Chosen(chosen, strings.Join(also, "; "))
}

// instead says what the chosen sessions carry.
func (j *job) instead() string {
	any := *j
	any.opts.Track = nil
	var has []string
	for i, c := range any.choices(func(track) bool { return true }) {
		if i == 5 {
			has = append(has, "…")
			break
		}
		has = append(has, fmt.Sprintf("%s (%s)", c.codec, c.words()))
	}
	if len(has) == 0 {
		return ""
	}
	return "; there is " + strings.Join(has, ", ") + "; flv carries every codec and track"
}

// where names the stream.
func (c choice) where() string {
	return fmt.Sprintf("session %d, message stream %d from the %s", c.session, c.stream.id, c.from)
}

// words names the track, where the stream has several.
func (c choice) words() string {
	for _, t := range c.tracks {
		if t.id > 0 {
			return fmt.Sprintf("%s, track %d", c.where(), c.track.id)
		}
	}
	return c.where()
}
