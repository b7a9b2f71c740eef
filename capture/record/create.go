package record

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"

	"github.com/rtmpscope/rtmpscope/capture/source"
)

// Create makes a new file at path and records into it. It refuses a path that
// exists, a symbolic link or a pipe included. The file is readable and writable
// by its owner alone, because it holds credentials, and locked, so that nobody
// else writes to it. Its directory must exist. A file that cannot be made
// is a [*CreateError].
//
// The Recorder goes on in further files when it has to, see [capture.Segments].
func Create(path string, opts Options) (*Recorder, error) {
	if old := source.SegmentNumbers(path, 1); len(old) > 0 {
		return nil, &partError{source.SegmentName(path, old[0])}
	}
	return createIn(&segments{path: path, create: createSegment}, opts)
}

// createIn makes a recorder with its first segment.
func createIn(files *segments, opts Options) (*Recorder, error) {
	r := newRecorder(opts)
	files.recording, files.chain = newRecordingID(), &source.Chain{}
	r.files, r.growing = files, source.NewGrowing(files.chain)
	next, err := files.next()
	if err != nil {
		return nil, &CreateError{files.path, err}
	}
	if err := r.enter(next); err != nil {
		return nil, fmt.Errorf("cannot begin the capture %s: %w", files.path, err)
	}
	return r, nil
}

// partError says that a file that is there already has the name of a later part
// of the capture that was to be made.
type partError struct{ path string }

func (e *partError) Error() string {
	return e.path + " exists already and would be taken for a part of the new capture"
}

func (e *partError) Unwrap() error { return fs.ErrExist }

func newRecordingID() string {
	var id [8]byte
	rand.Read(id[:]) // it never fails: crypto/rand
	return hex.EncodeToString(id[:])
}

// createSegment makes one file.
func createSegment(path string) (*newSegment, error) {
	f, err := CreatePrivate(path)
	if err != nil {
		return nil, err
	}
	s := &newSegment{path: path, file: f}
	if s.info, err = f.Stat(); err == nil {
		s.reader, err = os.Open(path) // for followers, who outlive the recorder
	}
	if err == nil {
		err = s.same()
	}
	if err != nil {
		s.discard()
		return nil, err
	}
	return s, nil
}

// CreatePrivate makes a new file that only its owner can use, locked until it is
// closed. A symbolic link is refused like any path that exists.
func CreatePrivate(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL|noFollow, 0o600)
	if err != nil {
		return nil, err
	}
	err = f.Chmod(0o600) // the umask may have taken more away
	if err == nil {
		err = lock(f)
	}
	if err != nil {
		f.Close()
		os.Remove(path) //nolint:errcheck // it is empty
		return nil, err
	}
	return f, nil
}

// OpenToWrite opens an existing regular file and locks it until it is closed.
func OpenToWrite(path string) (*os.File, error) {
	info, err := os.Lstat(path) // before it is opened: opening a pipe waits
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is not a regular file and is not written to", path)
	}
	f, err := os.OpenFile(path, os.O_RDWR|noFollow, 0)
	if err != nil {
		return nil, err
	}
	opened, err := f.Stat()
	if err == nil && !os.SameFile(info, opened) {
		err = fmt.Errorf("%s was replaced while it was being opened", path)
	}
	if err == nil {
		err = lock(f)
	}
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return f, nil
}
