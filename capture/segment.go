package capture

import (
	"errors"
	"io/fs"
	"os"

	"github.com/rtmpscope/rtmpscope/capture/internal/meta"
	"github.com/rtmpscope/rtmpscope/capture/source"
)

// A recording that is rotated, or that had to begin a new file after a failure,
// is several files: name.pcapng, name.0002.pcapng and so on. Each is a capture
// of its own, and one after the other they are one capture too, because a
// pcapng file may hold several sections. The section header of a segment says
// which one it follows; connections that live across it are carried on by
// packets with a resumption.

// Segments returns the files of a finished recording from path on, in order:
// path itself and the segments that continue it. When the first segment is
// asked for and was rotated away, the list begins with the oldest that is
// there. A capture of one file is a list of one.
func Segments(path string) ([]string, error) {
	found, err := segmentsFrom(path)
	names := make([]string, len(found))
	for i, s := range found {
		names[i] = s.path
	}
	return names, err
}

// File opens a finished capture; with it the segments that continue it, when it
// was rotated or interrupted (see [Segments]). The caller closes it after its
// last reader.
func File(path string) (*source.Finished, error) {
	list, err := segmentsFrom(path)
	if err != nil {
		return nil, err
	}
	c, size := &source.Chain{}, int64(0)
	for i, s := range list {
		c.Add(s.path, s.file, nil, size)
		length := s.file.Size()
		if i+1 < len(list) {
			length = s.upTo(list[i+1])
		}
		size += length
	}
	return source.NewFinished(c, size), nil
}

// found is a segment on disk.
type found struct {
	path string
	info *meta.Segment // nil when it is not a segment of a recording
	file os.FileInfo
	own  bool // a recorder wrote it
}

func segmentsFrom(path string) ([]found, error) {
	first, firstErr := lookAt(path)
	if firstErr != nil && !errors.Is(firstErr, fs.ErrNotExist) {
		return nil, firstErr
	}
	list := []found{first}
	if firstErr != nil {
		list = nil
	} else if first.info == nil {
		return list, nil
	}
	base, number := source.SegmentBase(path)
	for _, n := range source.SegmentNumbers(base, number) {
		s, err := lookAt(source.SegmentName(base, n))
		if err != nil || s.info == nil || s.info.Number != n {
			continue
		}
		if len(list) == 0 || list[0].info.Recording == s.info.Recording {
			list = append(list, s)
		}
	}
	if len(list) == 0 {
		return nil, firstErr
	}
	return list, nil
}

// lookAt reads the section header of a file.
func lookAt(path string) (found, error) {
	f, err := source.OpenRegular(path)
	if err != nil {
		return found{}, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return found{}, err
	}
	b := newBlocks(source.NewFinished(f, info.Size()))
	if b.begin() == nil && !b.sect.Classic {
		b.next(&packet{}) //nolint:errcheck // a file with a bad header is no segment
	}
	s := found{path: path, file: info}
	if b.sect != nil {
		s.info, s.own = b.sect.segment, b.sect.own
	}
	return s, nil
}
