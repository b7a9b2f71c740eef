package export

import (
	"sort"

	"github.com/rtmpscope/rtmpscope/capture"
	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/chunk"
)

// patch overwrites bytes of a direction from an offset on.
type patch struct {
	at   int64
	n    int64
	data []byte // nil: n times the letter of wipe
}

// patcher finds out which bytes of one direction to overwrite. Credentials may
// be cut by chunk headers, so it decodes, and takes each message together from
// the chunks that carried it.
type patcher struct {
	clean   *redactor
	dec     *decode.Decoder
	pieces  map[uint32][]span // payloads by chunk stream ID
	patches []patch
	wild    wild
}

// span is a stretch of a direction, half open.
type span struct{ from, to int64 }

func newPatcher(clean *redactor, dir decode.Direction) *patcher {
	return &patcher{clean: clean, dec: decode.New(dir, limits), pieces: map[uint32][]span{}}
}

// record takes one record of the direction.
func (p *patcher) record(rec *capture.Record) {
	switch rec.Kind {
	case capture.Data:
		p.wild.look(rec.Offset, rec.Data)
		p.dec.Write(rec.Data)
		p.drain()
	case capture.Gap:
		p.dec.Gap(rec.Length)
		p.drain()
	case capture.Fin, capture.Reset:
		p.finish()
	}
}

// finish ends the direction; a second call does nothing new.
func (p *patcher) finish() {
	p.dec.Finish()
	p.drain()
}

func (p *patcher) drain() {
	for e := p.dec.Next(); e != nil; e = p.dec.Next() {
		switch e.Kind {
		case decode.Chunk:
			p.chunk(e)
		case decode.Message, decode.Aborted:
			p.message(e)
		case decode.Handshake:
			p.overwrite([]span{{e.Offset, e.End}}, e.Body, p.clean.hello)
		case decode.Lost:
			p.wild.begin(e.Offset)
		case decode.Resynced:
			p.wild.end(e.Offset)
		}
	}
}

func (p *patcher) chunk(e *decode.Event) {
	if e.Chunks == 1 {
		p.pieces[e.ChunkStream] = p.pieces[e.ChunkStream][:0]
	}
	p.pieces[e.ChunkStream] = append(p.pieces[e.ChunkStream], span{e.Offset + int64(e.HeaderLen), e.End})
}

// message redacts a message. One that is not whole cannot be read: of a command
// all text is wiped, because a part of a credential is one too.
func (p *patcher) message(e *decode.Event) {
	pieces := p.pieces[e.ChunkStream]
	p.pieces[e.ChunkStream] = pieces[:0]
	isMedia := chunk.IsMedia(e.Type)
	switch {
	case size(pieces) == int64(len(e.Body)):
		p.overwrite(pieces, e.Body, func(body []byte) {
			p.clean.body(e.Type, body)
			if e.Kind == decode.Aborted && !isMedia {
				wipeRuns(body, shortestRun)
			}
		})
	case !isMedia: // bytes were lost in a gap: it cannot be told which are left
		p.wild.also(pieces)
	}
}

func size(pieces []span) (n int64) {
	for _, s := range pieces {
		n += s.to - s.from
	}
	return n
}

// overwrite lets change work on a copy of body, which stands in pieces, and
// keeps what differs.
func (p *patcher) overwrite(pieces []span, body []byte, change func([]byte)) {
	changed := append([]byte(nil), body...)
	change(changed)
	at := int64(0)
	for _, s := range pieces {
		n := s.to - s.from
		p.compare(s.from, body[at:at+n], changed[at:at+n])
		at += n
	}
}

// compare adds a patch from the first to the last byte that differs.
func (p *patcher) compare(offset int64, old, changed []byte) {
	first, last := 0, len(old)
	for first < last && old[first] == changed[first] {
		first++
	}
	for first < last && old[last-1] == changed[last-1] {
		last--
	}
	if first < last {
		p.patches = append(p.patches, patch{at: offset + int64(first), n: int64(last - first), data: changed[first:last]})
	}
}

// all returns the patches in order of their offsets.
func (p *patcher) all() []patch {
	out := append(p.patches, p.wild.patches()...)
	sort.SliceStable(out, func(i, j int) bool { return out[i].at < out[j].at })
	return out
}

// apply overwrites what patches change in data, which stands at offset, and
// returns the patches that are not done with. They do not overlap.
func apply(patches []patch, offset int64, data []byte) []patch {
	end := offset + int64(len(data))
	for len(patches) > 0 && patches[0].at < end {
		p := patches[0]
		from, to := max(p.at, offset), min(p.at+p.n, end)
		if from < to && p.data == nil {
			wipe(data[from-offset : to-offset])
		} else if from < to {
			copy(data[from-offset:to-offset], p.data[from-p.at:])
		}
		if p.at+p.n > end {
			break
		}
		patches = patches[1:]
	}
	return patches
}
