package capture

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"sync/atomic"

	"github.com/rtmpscope/rtmpscope/capture/source"
	"github.com/rtmpscope/rtmpscope/capture/tlsread"
)

// Input is a capture that was opened for reading: a file, what a compressed
// file unpacks to, or a stream. It is a [source.Source]; a [Reader] over it, or over a
// source that wraps it and has a method Unwrap() Source, keeps to the
// [OpenOptions] that it was opened with. Its methods are safe for concurrent use.
type Input struct {
	source   sizedSource
	settings *settings
	packed   *counter   // what was read of a compressed file
	total    int64      // size of the file
	growing  *following // nil unless it grows
}

// sizedSource is what stands behind an Input.
type sizedSource interface {
	source.Source
	Size() int64
	Close() error
}

// OpenFile opens a capture of any kind: pcap or pcapng, plain or compressed with
// gzip or zstd, which is told by the content; "-" is standard input. What cannot
// be read at any offset is copied to a temporary file, which has no name and
// goes away with Close, and can be read while it is copied. An error in the
// compressed data, or that it is too long, is reported by the Reader when it
// gets there. The caller closes the Input after its last reader.
func OpenFile(path string, o OpenOptions) (*Input, error) {
	s, err := o.settings(path)
	if err != nil {
		return nil, err
	}
	if path == "-" {
		return openStream(os.Stdin, nil, s, o)
	}
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		if list, _ := Segments(path); len(list) > 0 { // its first segment was rotated away
			return OpenFile(list[0], o)
		}
	}
	if err != nil {
		return nil, err
	}
	in, err := openRegular(f, s, o)
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return in, nil
}

// settings reads what the options name.
func (o OpenOptions) settings(path string) (*settings, error) {
	s := &settings{ports: o.Ports, allTCP: o.AllTCP, closers: &closers{}}
	keys, optional := o.KeyLog, false
	if keys == "" && path != "-" {
		keys, optional = path+".keylog", true
	}
	if keys == "" {
		return s, nil
	}
	var err error
	s.keys, err = tlsread.OpenKeyLog(keys, optional)
	return s, err
}

func openRegular(f *os.File, s *settings, o OpenOptions) (*Input, error) {
	info, err := f.Stat()
	switch {
	case err != nil:
		return nil, err
	case info.IsDir():
		return nil, errors.New("is a directory")
	case !info.Mode().IsRegular():
		return openStream(f, f, s, o)
	}
	head := make([]byte, source.MagicSize)
	n, _ := f.ReadAt(head, 0)
	if source.IsCompressed(head[:n]) {
		in, err := openStream(f, f, s, o)
		if in != nil {
			in.total = info.Size()
		}
		return in, err
	}
	if o.Growing != AsItIs {
		growing, err := follow(f.Name(), o.Growing == WhenAsked)
		if err != nil {
			return nil, err
		}
		if growing != nil {
			f.Close()
			return &Input{source: growing, settings: s, total: growing.Size(), growing: growing}, nil
		}
	}
	source, err := File(f.Name())
	if err != nil {
		return nil, err
	}
	f.Close()
	return &Input{source: source, settings: s, total: source.Size()}, nil
}

// openStream copies a stream in the background. When own is not nil it is
// closed at the end of the copy.
func openStream(r io.Reader, own io.Closer, s *settings, o OpenOptions) (*Input, error) {
	packed := &counter{from: r}
	bound := source.Bound{Bytes: o.MaxUnpacked, Lift: o.Lift}
	if o.MaxUnpacked <= 0 {
		bound.Bytes = DefaultMaxUnpacked
		bound = bound.Packing(packed.n.Load)
	}
	sp, err := source.Spool(source.Unpack(packed), own, bound)
	if err != nil {
		return nil, err
	}
	return &Input{source: sp, settings: s, packed: packed}, nil
}

// ReadAt reads from the capture, unpacked.
func (in *Input) ReadAt(p []byte, off int64) (int, error) { return in.source.ReadAt(p, off) }

// Grown implements [source.Source].
func (in *Input) Grown(n int64) bool { return in.source.Grown(n) }

// Size is how many bytes, unpacked, can be read without waiting.
func (in *Input) Size() int64 { return in.source.Size() }

// Close closes the file, or stops copying and removes the copy. It does not wait
// for a read from a stream that blocks.
func (in *Input) Close() error {
	if in.settings.closers != nil {
		in.settings.closers.close()
	}
	return in.source.Close()
}

// Growth says whether the capture still grows, and whether that is followed.
func (in *Input) Growth() Growth {
	if in.growing == nil {
		return Settled
	}
	return in.growing.growth()
}

// Follow reads from now on what comes, of a capture that is Unfollowed.
func (in *Input) Follow() {
	if in.growing != nil {
		in.growing.Follow()
	}
}

// Progress tells how many bytes of the file, packed as it is, have been read
// when the capture has been read up to an offset. total is 0 for a stream, the
// length of which nobody knows.
func (in *Input) Progress(offset int64) (done, total int64) {
	if in.packed == nil {
		return min(offset, in.total), in.total
	}
	return in.packed.n.Load(), in.total
}

// counter counts what is read.
type counter struct {
	from io.Reader
	n    atomic.Int64
}

// Read implements io.Reader.
func (c *counter) Read(p []byte) (int, error) {
	n, err := c.from.Read(p)
	c.n.Add(int64(n))
	return n, err
}
