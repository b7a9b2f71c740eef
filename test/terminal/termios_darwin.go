package terminal

import "golang.org/x/sys/unix"

// getTermios asks for the modes of a terminal (termios(4)).
const getTermios = unix.TIOCGETA
