package source

import (
	"errors"
	"os"
)

// TempFile is removed, where that was not possible before, when it is closed.
type TempFile struct {
	*os.File
	name string
}

// Nameless makes a temporary file that nobody else can open and that goes away with
// the program, however that ends. Where no file can be without a name, it is
// removed when it is closed.
func Nameless() (*TempFile, error) {
	if f := unnamed(os.TempDir()); f != nil {
		return &TempFile{File: f}, nil
	}
	f, err := os.CreateTemp("", "rtmpscope-*.pcap")
	if err != nil {
		return nil, err
	}
	t := &TempFile{File: f, name: f.Name()}
	if os.Remove(f.Name()) == nil {
		t.name = ""
	}
	return t, nil
}

// Close closes the file and removes it.
func (t *TempFile) Close() error {
	err := t.File.Close()
	if t.name != "" {
		err = errors.Join(err, os.Remove(t.name))
	}
	return err
}
