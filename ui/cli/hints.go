package cli

import (
	"fmt"
	"net"
)

// hints are the lines that tell a person what to type, for the first listening
// address.
func hints(listen net.Addr, to target) []string {
	base := "rtmp://" + listen.String()
	app := to.app
	if app == "" {
		app = "/live"
	}
	return []string{
		"OBS      Server: " + base + app + "   Stream Key: yours",
		"publish  ffmpeg -re -i FILE -c copy -f flv " + base + app + "/KEY",
		"play     ffplay " + base + app + "/NAME",
	}
}

// demoHints are the lines for the built-in server.
func demoHints(listen net.Addr) []string {
	return append(hints(listen, target{}), fmt.Sprintf("test     ffplay rtmp://%s/demo/clock   (a clock, always there)", listen))
}
