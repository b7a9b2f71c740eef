package capture

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
)

// TornError says that a capture ends in the middle of a block, as it does when
// the program that wrote it was killed. All records before it are whole and
// were returned.
type TornError struct {
	// Pos is the offset of the block that is not whole.
	Pos int64
	// Have and Need are how many bytes of that block are there and how many
	// were announced; Need is 0 when not even that is known.
	Have, Need int64
}

// Error says where and what that means.
func (e *TornError) Error() string {
	size := fmt.Sprintf("%d bytes", e.Have)
	if e.Need > 0 {
		size = fmt.Sprintf("%d of %d bytes", e.Have, e.Need)
	}
	return fmt.Sprintf("the capture ends in the middle of a block at offset %d (%s): its writer was stopped; everything before is whole", e.Pos, size)
}

// FormatError says that the bytes at Pos are not what a capture file has there.
type FormatError struct {
	// Pos is the offset of the block or header.
	Pos int64
	// Problem says what is wrong.
	Problem string
}

// Error says where and what.
func (e *FormatError) Error() string {
	return fmt.Sprintf("not a readable capture: %s (at offset %d)", e.Problem, e.Pos)
}

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

// ErrForeign says that a capture was not written by a [Recorder] and is
// therefore never changed.
var ErrForeign = errors.New("the capture was not recorded by rtmpscope and is not changed; write an annotated copy instead")
