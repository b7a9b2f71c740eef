package capture

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Create makes a new file at path and records into it. It refuses a path that
// exists, a symbolic link or a pipe included. The file is readable and writable
// by its owner alone, because it holds credentials, and locked, so that nobody
// else writes to it. A directory that does not exist is made, for its owner
// alone.
//
// The Recorder goes on in further files when it has to, see [Segments].
func Create(path string, opts Options) (*Recorder, error) {
	if err := os.Mkdir(filepath.Dir(path), 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("cannot create the directory of the capture: %w", err)
	}
	if old := numbersAfter(path, 1); len(old) > 0 {
		return nil, fmt.Errorf("%s exists already and would be taken for a part of the new capture: %w", segmentName(path, old[0]), fs.ErrExist)
	}
	r := newRecorder(opts)
	r.files = &segments{path: path, recording: newRecordingID(), chain: &chain{}, create: createSegment}
	r.growing = NewGrowing(r.files.chain)
	next, err := r.files.next()
	if errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("%s exists already and is not overwritten: %w", path, fs.ErrExist)
	}
	if err != nil {
		return nil, fmt.Errorf("cannot create the capture: %w", err)
	}
	if err := r.enter(next); err != nil {
		return nil, fmt.Errorf("cannot begin the capture %s: %w", path, err)
	}
	return r, nil
}

func newRecordingID() string {
	var id [8]byte
	rand.Read(id[:]) //nolint:errcheck // it never fails: crypto/rand
	return hex.EncodeToString(id[:])
}

// createSegment makes one file.
func createSegment(path string) (*newSegment, error) {
	f, err := createPrivate(path)
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

// createPrivate makes a new, locked file that only its owner can use.
func createPrivate(path string) (*os.File, error) {
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
