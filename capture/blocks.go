package capture

import (
	"bytes"
	"strings"

	"github.com/rtmpscope/rtmpscope/capture/internal/meta"
	"github.com/rtmpscope/rtmpscope/capture/pcapng"
	"github.com/rtmpscope/rtmpscope/capture/source"
	"github.com/rtmpscope/rtmpscope/capture/tlsread"
)

// packet is one block, and what a recorder wrote as comments of a packet.
type packet struct {
	pcapng.Block
	plain  bool // it has no comments, and the fields below are zero
	reason string
	resume *meta.Resumption // nil in all but a few
	head   *meta.Head       // it repeats the beginning of a connection, or nil
	notes  []meta.Note
	beat   bool          // no packet, but a time
	gap    bool          // says that bytes are missing, nobody knows how many
	held   *meta.Hold    // what its sender keeps waiting, or nil
	paced  *meta.Pace    // how fast its sender takes what it gets, or nil
	end    *meta.Cause   // why the direction ends that it ends, or nil
	facts  Facts         // of the connection that it opens or carries on
	waits  bool          // that connection has no server yet
	link   *meta.Reached // it opens a connection that had none, or nil
	edited *meta.Edit    // what was changed of what its sender sent, or nil
	around *meta.Around  // what its sender said in the protocol around RTMP, or nil
}

// section is what the packets after a section header depend on. It is not
// changed once packets refer to it, so that a [Mark] can keep it.
type section struct {
	*pcapng.SectionInfo
	own bool // written by a recorder: always in order
	// segment is the place in a recording; nil when it has none.
	segment *meta.Segment
	notes   []meta.Note
	keys    *tlsread.KeyLog // from decryption secrets blocks; nil when there is none
}

// place is where in a file blocks are read on.
type place struct {
	pcapng.Place
	sect *section
}

// blocks reads packets one after another, and what comments say of them.
type blocks struct {
	*pcapng.Reader
	sect *section
	// turned is set when a section header was read, until the caller clears it.
	turned bool
}

func newBlocks(src source.Source) blocks { return blocks{Reader: pcapng.NewReader(src)} }

// begin finds out the format.
func (b *blocks) begin() error {
	err := b.Begin()
	if err == nil {
		b.sect = &section{SectionInfo: b.Section()}
	}
	return err
}

// next reads one block into p, borrowed until the following call. It returns
// false and no error when the block is not a packet.
func (b *blocks) next(p *packet) (bool, error) {
	if err := b.Next(&p.Block); err != nil {
		return false, err
	}
	switch p.Kind {
	case pcapng.KindSection:
		b.turn(p.Options)
	case pcapng.KindInterface:
		next := *b.sect
		next.SectionInfo = b.Section()
		b.sect = &next
	case pcapng.KindSecrets:
		if p.Data != nil {
			next := *b.sect
			next.keys = b.sect.keys.With(p.Data)
			b.sect = &next
		}
	case pcapng.KindStatistics:
		return b.beat(p), nil
	}
	if p.IsPacket() {
		p.learn()
	}
	return p.IsPacket(), nil
}

// here is the place of the next block.
func (b *blocks) here() place { return place{b.Here(), b.sect} }

// goTo continues at another place.
func (b *blocks) goTo(p place) {
	b.GoTo(p.Place)
	b.sect = p.sect
}

// turn begins a new section.
func (b *blocks) turn(header pcapng.Options) {
	b.sect, b.turned = &section{SectionInfo: b.Section()}, true
	for code, value := range header.All() {
		if code == pcapng.OptComment && bytes.HasPrefix(value, []byte(meta.Section)) ||
			code == pcapng.OptApplication && bytes.HasPrefix(value, []byte(meta.Application)) {
			b.sect.own = true
		}
		if code == pcapng.OptComment {
			b.sect.learn(value)
		}
	}
}

// learn reads a comment of a section header.
func (s *section) learn(comment []byte) {
	m, ok := meta.Read(comment)
	switch {
	case !ok:
	case m.Segment != nil:
		s.segment = m.Segment
	case m.Note != nil && len(s.notes) < maxMeta:
		s.notes = append(s.notes, *m.Note)
	}
}

// learn finds what a recorder wrote as comments, and notes.
func (p *packet) learn() {
	if p.plain && p.Options.None() {
		return // as nearly always
	}
	p.plain = p.Options.None()
	p.reason, p.resume, p.head, p.gap, p.held, p.paced, p.edited, p.around, p.end, p.facts, p.notes = "", nil, nil, false, nil, nil, nil, nil, nil, nil, p.notes[:0]
	p.waits, p.link = false, nil
	for opts := p.Options; ; { // no iterator: most packets have no option, and one costs more than that
		code, value, ok := opts.Next()
		if !ok {
			return
		}
		if code != pcapng.OptComment {
			continue
		}
		if reason, ok := strings.CutPrefix(string(value), meta.Prefix); ok && p.reason == "" {
			p.reason = reason
		} else if m, ok := meta.Read(value); ok {
			p.take(m)
		}
	}
}

// take keeps what a comment says.
func (p *packet) take(m meta.Comment) {
	switch {
	case m.Resume != nil:
		p.resume = m.Resume
	case m.Head != nil:
		p.head = m.Head
	case m.Held != nil:
		p.held = m.Held
	case m.Paced != nil:
		p.paced = m.Paced
	case m.Edited != nil:
		p.edited = m.Edited
	case m.Around != nil:
		p.around = m.Around
	case m.End != nil:
		p.end = m.End
	case m.Facts != nil:
		p.facts = factsOf(m.Facts)
	case m.Waits:
		p.waits = true
	case m.Reached != nil:
		p.link = m.Reached
	case m.Unknown:
		p.gap = true
	case m.Note != nil && len(p.notes) < maxMeta:
		p.notes = append(p.notes, *m.Note)
	}
}

// beat reports whether a statistics block is one that stands for silence.
func (b *blocks) beat(p *packet) bool {
	if !b.sect.own {
		return false
	}
	silence := false
	for code, value := range p.Options.All() {
		silence = silence || code == pcapng.OptComment && string(value) == meta.Silence
	}
	if silence {
		b.Passed(p.Time)
		*p = packet{Block: p.Block, beat: true}
	}
	return silence
}
