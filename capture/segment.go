package capture

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/rtmpscope/rtmpscope/capture/source"
)

// A recording that is rotated, or that had to begin a new file after a failure,
// is several files: name.pcapng, name.0002.pcapng and so on. Each is a capture
// of its own, and one after the other they are one capture too, because a
// pcapng file may hold several sections. The section header of a segment says
// which one it follows; connections that live across it are carried on by
// packets with a resumption.

// metaPrefix begins a comment that is meant for this package: a meta in JSON.
const metaPrefix = "rtmpscope:{"

// meta is what a comment tells this package.
type meta struct {
	Segment *segmentInfo `json:"segment,omitempty"`
	Resume  *resumption  `json:"resume,omitempty"`
	Note    *noteWire    `json:"note,omitempty"`
	Unknown bool         `json:"unknown,omitempty"` // bytes are missing here, nobody knows how many
	Held    *Hold        `json:"held,omitempty"`    // of the bytes that the packet's sender receives
	Edited  *Edit        `json:"edited,omitempty"`  // of what the packet's sender sent
	Around  *Around      `json:"around,omitempty"`  // said by the packet's sender
	End     *Cause       `json:"end,omitempty"`     // why the direction ends that the packet ends
	Facts   Facts        `json:"facts,omitempty"`   // of the connection that the packet opens or carries on
}

// segmentInfo is what a section header says of its place in a recording.
type segmentInfo struct {
	Recording string `json:"recording"`       // the same in every segment
	Number    int    `json:"number"`          // from 1
	After     int    `json:"after,omitempty"` // number of the segment before; numbers may be skipped
	Size      int64  `json:"size,omitempty"`  // how many bytes of the segment before count
	Opened    uint32 `json:"opened,omitempty"`
}

// resumption says how far a connection had got when a segment began.
type resumption struct {
	Conn   uint32   `json:"conn"` // its number in the recording
	Offset [2]int64 `json:"offset"`
	Ended  [2]bool  `json:"ended"`
	Time   int64    `json:"time,omitempty"` // when it was last heard of, in nanoseconds since 1970
}

// comment writes m as a comment.
func (m meta) comment() string {
	b, err := json.Marshal(m)
	if err != nil {
		panic(err) // no value of these types cannot be written
	}
	return strings.TrimSuffix(metaPrefix, "{") + escape(string(b))
}

// metaOf reads a comment; ok is false when it is not for this package. In a
// section comment the JSON stands behind words for people.
func metaOf(comment []byte) (m meta, ok bool) {
	at := 0
	if !bytes.HasPrefix(comment, []byte(metaPrefix)) {
		if !bytes.HasPrefix(comment, []byte(ownComment)) {
			return meta{}, false
		}
		if at = bytes.LastIndex(comment, []byte(" "+metaPrefix)) + 1; at == 0 {
			return meta{}, false
		}
	}
	err := json.Unmarshal(comment[at+len(metaPrefix)-1:], &m)
	return m, err == nil
}

// segmentName is the name of segment number n of the recording at path.
func segmentName(path string, n int) string {
	if n == 1 {
		return path
	}
	ext := filepath.Ext(path)
	return fmt.Sprintf("%s.%04d%s", strings.TrimSuffix(path, ext), n, ext)
}

// segmentNumber is the inverse of segmentName; 0 when name is none of them.
func segmentNumber(path, name string) int {
	if name == path {
		return 1
	}
	ext := filepath.Ext(path)
	digits, found := strings.CutPrefix(strings.TrimSuffix(name, ext), strings.TrimSuffix(path, ext)+".")
	n, err := strconv.Atoi(digits)
	if !found || err != nil || n < 2 || segmentName(path, n) != name {
		return 0
	}
	return n
}

// baseName undoes segmentName: the path of the first segment, and the number.
func baseName(path string) (string, int) {
	ext := filepath.Ext(path)
	stem := strings.TrimSuffix(path, ext)
	if n := segmentNumber(stem, path); n > 1 {
		return stem, n // a name without an extension
	}
	if dot := strings.LastIndexByte(stem, '.'); dot >= 0 {
		if first := stem[:dot] + ext; segmentNumber(first, path) > 1 {
			return first, segmentNumber(first, path)
		}
	}
	return path, 1
}

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
		if i+1 < len(list) && list[i+1].info.After == s.info.Number {
			length = min(length, list[i+1].info.Size)
		}
		size += length
	}
	return source.NewFinished(c, size), nil
}

// found is a segment on disk.
type found struct {
	path string
	info *segmentInfo // nil when it is not a segment of a recording
	file os.FileInfo
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
	base, number := baseName(path)
	for _, n := range numbersAfter(base, number) {
		s, err := lookAt(segmentName(base, n))
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

// numbersAfter lists the numbers of the files whose names follow.
func numbersAfter(base string, number int) []int {
	entries, err := os.ReadDir(filepath.Dir(base))
	if err != nil {
		return nil // a directory may be readable by name only
	}
	var numbers []int
	for _, e := range entries {
		if n := segmentNumber(filepath.Base(base), e.Name()); n > number {
			numbers = append(numbers, n)
		}
	}
	slices.Sort(numbers)
	return numbers
}

// lookAt reads the section header of a file.
func lookAt(path string) (found, error) {
	f, err := openPlain(path)
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
		s.info = b.sect.segment
	}
	return s, nil
}
