package lint

import (
	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "cmd-play-refused", Severity: session.Error,
	Title:  "Play was rejected",
	Why:    "The server answered play with an error: nobody publishes the stream, the name is wrong, or a rule denies playing. MediaMTX says Play.Failed for a wrong password.",
	Fix:    "Compare the name with the publisher's, letter for letter; then read the server's log at this moment.",
	Source: "Enhanced RTMP v2, NetStream status codes",
	Bad:    script.Example{script.Connected, script.Created, script.PlayKey, script.OnStatus("error", "NetStream.Play.StreamNotFound", "no such stream")},
	Good:   script.Example{script.Playing, script.OnStatus("error", "NetStream.Seek.Failed", "this is live")},
	watch:  watchRefusal(session.Play, "play"),
})
