package record

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
)

// CreateError says in words for a person why a new file was not made. It wraps
// the cause: fs.ErrExist, fs.ErrNotExist, fs.ErrPermission and others.
type CreateError struct {
	Path string
	Err  error // of the system
}

// Error names the file, the cause and, where there is one, the way out.
func (e *CreateError) Error() string {
	var system *fs.PathError
	switch {
	case errors.Is(e.Err, fs.ErrExist):
		return e.Path + " exists already and is not overwritten"
	case errors.Is(e.Err, fs.ErrNotExist):
		return fmt.Sprintf("cannot create %s: there is no directory %s; make it first, or name another place", e.Path, filepath.Dir(e.Path))
	case errors.As(e.Err, &system):
		return fmt.Sprintf("cannot create %s: %v", e.Path, system.Err)
	}
	return fmt.Sprintf("cannot create %s: %v", e.Path, e.Err)
}

// Unwrap returns the cause.
func (e *CreateError) Unwrap() error { return e.Err }

// ErrBusy says that another program, or another part of this one, is writing to
// the file.
var ErrBusy = errors.New("the file is being written by somebody else")
