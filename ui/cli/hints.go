package cli

import (
	"fmt"
	"net"
	"strings"

	"github.com/rtmpscope/rtmpscope/decode/text"
	"github.com/rtmpscope/rtmpscope/proxy/endpoint"
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
	return append(hints(listen, target{}), fmt.Sprintf("test     ffplay rtmp://%s/%s   (a clock, always there, shown as %s)", listen, endpoint.ClockStream, maskedClock))
}

// maskedClock is how the test stream is shown: its name is masked like that of any
// stream, because no name says by itself that nobody need keep it secret.
var maskedClock = maskedName(endpoint.ClockStream)

// maskedName masks the stream of app/stream.
func maskedName(name string) string {
	app, stream, _ := strings.Cut(name, "/")
	return app + "/" + text.Secret(stream).Show(false)
}
