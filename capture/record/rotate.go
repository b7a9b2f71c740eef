package record

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"time"

	"github.com/rtmpscope/rtmpscope/capture/internal/meta"
	"github.com/rtmpscope/rtmpscope/capture/source"
	"github.com/rtmpscope/rtmpscope/capture/wire"
)

// segments are the files of a recording being written.
type segments struct {
	path      string
	recording string
	chain     *source.Chain
	create    func(path string) (*newSegment, error)

	current  *newSegment
	preamble int64 // bytes of the current segment that carry on from the last
	due      int64 // no new segment below this size, after one could not be made
}

// newSegment is a file made for a segment.
type newSegment struct {
	path   string
	number int
	file   segmentFile
	reader *os.File
	info   os.FileInfo
	// nameless is the file when it has no name; reader and info are not set then.
	nameless *source.TempFile
}

type segmentFile interface {
	io.WriteCloser
	Truncate(size int64) error
}

// same makes sure that what is read is what is written.
func (s *newSegment) same() error {
	info, err := s.reader.Stat()
	if err == nil && !os.SameFile(info, s.info) {
		err = fmt.Errorf("%s was replaced while it was being created", s.path)
	}
	return err
}

// discard removes the file again.
func (s *newSegment) discard() {
	s.file.Close()
	if s.nameless != nil {
		s.nameless.Close()
		return
	}
	if s.reader != nil {
		s.reader.Close()
	}
	if info, err := os.Lstat(s.path); err == nil && os.SameFile(info, s.info) {
		os.Remove(s.path) //nolint:errcheck // nothing in it counts
	}
}

// maxNameTries is how many names that are taken are passed over.
const maxNameTries = 1000

// next makes the file of the next segment.
func (f *segments) next() (*newSegment, error) {
	first := 1
	if f.current != nil {
		first = f.current.number + 1
	}
	for n := first; ; n++ {
		s, err := f.create(source.SegmentName(f.path, n))
		if err == nil {
			s.number = n
			return s, nil
		}
		if !errors.Is(err, fs.ErrExist) || n == 1 || n == first+maxNameTries {
			return nil, err
		}
	}
}

// close closes the file being written.
func (f *segments) close() error {
	if f.current == nil {
		return nil
	}
	return f.current.file.Close()
}

// ready says whether something can be written now, after beginning a new
// segment if one is due.
func (r *Recorder) ready(at time.Time) error {
	if r.err == nil && r.files != nil && r.due(at) {
		return r.rotate()
	}
	return r.err
}

func (r *Recorder) due(at time.Time) bool {
	o, size := r.opts.Rotate, r.sink.n+int64(r.buf.held())
	full := o.Bytes > 0 && size >= o.Bytes && size-r.files.preamble >= o.Bytes/2
	old := o.Every > 0 && !r.began.IsZero() && !at.IsZero() && at.Sub(r.began) >= o.Every
	return (full || old) && size >= r.files.due
}

// rotate begins a new segment. When none can be made, recording goes on in the
// old one for a while.
func (r *Recorder) rotate() error {
	if err := r.Flush(); err != nil {
		return err
	}
	next, err := r.files.next()
	if err != nil {
		r.files.due = r.sink.n + max(r.opts.Rotate.Bytes/4, writeBuffer)
		r.report("no new segment could be begun, recording goes on in %s: %v", r.files.current.path, err)
		return nil
	}
	if err := r.finish(); err != nil {
		next.discard()
		return err
	}
	return r.enter(next)
}

// Retry tries to go on in a new segment after recording has stopped, and
// returns the error that keeps it from that. What was not recorded meanwhile
// becomes gaps of exact length in the new segment: connections that were opened
// or ended meanwhile are opened and ended there. It does nothing while recording
// goes on. The caller chooses when to try again, once a second for example.
func (r *Recorder) Retry() error {
	if r.err == nil || r.files == nil || r.closed {
		return r.err
	}
	next, err := r.files.next()
	if err != nil {
		return err
	}
	r.err = nil
	return r.enter(next)
}

// enter goes on in a new segment, which follows what is in the last for certain.
func (r *Recorder) enter(next *newSegment) error {
	f, last, before := r.files, r.sink, r.before
	info := &meta.Segment{Recording: f.recording, Number: next.number, Opened: uint32(r.opened.written)}
	if f.current != nil {
		r.before += last.n
		info.After, info.Size = f.current.number, last.n
	}
	if next.nameless != nil {
		f.chain.AddNameless(next.nameless, r.before)
	} else {
		f.chain.Add(next.path, next.info, next.reader, r.before)
	}
	err := r.carryOn(&segmentSink{w: next.file}, info)
	if err != nil && r.sink.n == 0 { // nothing of it counts
		f.chain.Drop()
		next.discard()
		r.sink, r.before = last, before
		return err
	}
	f.close() //nolint:errcheck // what counts of it has been written
	f.current, f.preamble, f.due = next, r.sink.n, 0
	if err == nil && next.number > 1 && next.nameless == nil {
		r.report("recording goes on in %s", next.path)
	}
	r.prune()
	return err
}

// prune removes what is not to be kept.
func (r *Recorder) prune() {
	if r.opts.Keep == (Keep{}) {
		return
	}
	removed, freed, err := r.files.chain.Prune(r.opts.Keep.Files, r.opts.Keep.Bytes, r.opts.Rotate.Bytes)
	r.removed += freed
	r.tellRemoved(removed)
	if err != nil {
		r.report("an old segment could not be removed: %v", err)
	}
}

// carryOn writes the beginning of a segment: where each connection stands, and
// what could not be written before.
func (r *Recorder) carryOn(sink *segmentSink, info *meta.Segment) error {
	if err := r.begin(sink, info); err != nil {
		return r.fail(err)
	}
	all := r.unfinished()
	for _, c := range all {
		if c.number == 0 {
			continue
		}
		if err := errors.Join(r.repeat(c), r.resume(c)); err != nil {
			return err
		}
	}
	r.began = time.Time{} // those packets are no record
	for _, c := range all {
		if err := r.catchUp(c); err != nil {
			return err
		}
	}
	if err := r.writeNotes(); err != nil {
		return err
	}
	if err := r.Flush(); err != nil {
		return err
	}
	for _, c := range r.ended {
		c.kept = false
	}
	r.ended, r.notes = nil, nil
	return nil
}

// unfinished are the connections of which the file does not hold the end, in
// the order in which they came.
func (r *Recorder) unfinished() []*recorded {
	var all []*recorded
	for _, c := range r.conns {
		all = append(all, c)
	}
	for _, c := range r.ended {
		if !c.settled() {
			all = append(all, c)
		}
	}
	slices.SortFunc(all, func(a, b *recorded) int { return int(int64(a.arrival - b.arrival)) })
	return all
}

// resume writes where a connection stands. Its own time does not move.
func (r *Recorder) resume(c *recorded) error {
	last := c.last
	defer func() { c.last = last }()
	m := meta.Comment{Resume: &meta.Resumption{Conn: c.number, Time: c.last.UnixNano()}}
	for i := range c.half {
		m.Resume.Offset[i], m.Resume.Ended[i] = c.half[i].sent, c.half[i].ended
	}
	return r.put(c, segmentOut{flags: wire.FlagACK, at: r.last, comments: append([]string{m.String()}, c.standing().comments...)})
}

// catchUp writes what has not been written of a connection.
func (r *Recorder) catchUp(c *recorded) error {
	if c.number == 0 {
		if err := r.greet(c); err != nil {
			return err
		}
	}
	if c.early && !c.waits && !c.linked.IsZero() {
		if err := r.move(c); err != nil {
			return err
		}
	}
	if !c.linked.IsZero() && !c.connected {
		if err := r.connect(c, c.linked); err != nil {
			return err
		}
	}
	for i := range c.half {
		h := &c.half[i]
		words := func(n int64) string {
			return fmt.Sprintf("%d bytes from the %s were relayed while the capture could not be written", n, meta.Side(i == 1))
		}
		if err := r.gap(c, i == 1, c.at, c.relayed[i]-h.sent, words); err != nil {
			return err
		}
		if c.ends[i].how == 0 || h.ended {
			continue
		}
		if err := r.finishHalf(c, i == 1); err != nil {
			return err
		}
	}
	return nil
}

func (r *Recorder) report(format string, args ...any) {
	if r.opts.Report != nil {
		r.opts.Report(fmt.Sprintf(format, args...))
	}
}
