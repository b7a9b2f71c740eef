package cli

import (
	"errors"
	"fmt"
)

// several is how a command fared that works on one file after another: what is wrong
// with one does not keep it from the others.
type several struct {
	errs []error
	code int
}

// weights say which exit code a command ends with that has several to choose from:
// wrong usage, then problems, then a failure, then a capture that is incomplete.
var weights = map[int]int{exitUsage: 4, exitProblems: 3, exitFailed: 2, exitIncomplete: 1}

// add takes in what came of one file, nil when all went well, and reports whether it
// makes sense to go on with the next.
func (s *several) add(err error) (goOn bool) {
	if err == nil {
		return true
	}
	var coded *exitError
	if !errors.As(err, &coded) {
		coded = &exitError{code: exitFailed, err: err}
	}
	if coded.err != nil {
		s.errs = append(s.errs, coded.err)
	}
	if weights[coded.code] > weights[s.code] {
		s.code = coded.code
	}
	return coded.code != exitOK && coded.code != exitUsage
}

// err is the end of the command: all but the last message are written at once.
func (s *several) err() error {
	if s.code == exitOK {
		return nil
	}
	var last error
	for i, err := range s.errs {
		if i == len(s.errs)-1 {
			last = err
			break
		}
		fmt.Fprintf(stderr, "rtmpscope: %v\n", err)
	}
	return &exitError{code: s.code, err: last}
}
