package capture

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// Create makes a new file at path and records into it. It refuses a path that
// exists, a symbolic link included. The file is readable and writable by its
// owner alone, because it holds credentials.
func Create(path string, opts Options) (*Recorder, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL|noFollow, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("%s exists already and is not overwritten: %w", path, fs.ErrExist)
	}
	if err != nil {
		return nil, fmt.Errorf("cannot create the capture: %w", err)
	}
	r, err := record(f, path, opts)
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("cannot begin the capture %s: %w", path, err)
	}
	return r, nil
}

func record(f *os.File, path string, opts Options) (*Recorder, error) {
	if err := f.Chmod(0o600); err != nil { // the umask may have taken more away
		return nil, err
	}
	own, err := sameFile(f, path)
	if err != nil {
		return nil, err
	}
	r, err := NewRecorder(fileSink{file: f, growing: NewGrowing(own)}, opts)
	if err != nil {
		own.Close()
		return nil, err
	}
	r.closer = f
	return r, nil
}

// sameFile opens path for reading, for followers that outlive the recorder.
func sameFile(f *os.File, path string) (*os.File, error) {
	own, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	a, errA := f.Stat()
	b, errB := own.Stat()
	if err := errors.Join(errA, errB); err != nil {
		own.Close()
		return nil, err
	}
	if !os.SameFile(a, b) {
		own.Close()
		return nil, fmt.Errorf("%s was replaced while it was being created", path)
	}
	return own, nil
}

// fileSink is a file and the growing source over it.
type fileSink struct {
	file    *os.File
	growing *Growing
}

func (s fileSink) Write(p []byte) (int, error) { return s.file.Write(p) }
func (s fileSink) source() *Growing            { return s.growing }

func (m *Memory) source() *Growing { return m.Growing }

// followed is a writer whose bytes a [Growing] can be read from.
type followed interface {
	io.Writer
	source() *Growing
}
