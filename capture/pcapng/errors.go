package pcapng

import "fmt"

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
	return fmt.Sprintf("the capture stops in the middle of a block at offset %d (%s; the program writing it was killed): everything before is intact", e.Pos, size)
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
