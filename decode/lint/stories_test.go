package lint

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rtmpscope/rtmpscope/decode/amf"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

// stories plays a conversation and tells which of its sessions belong together.
func stories(x Example) (out []string) {
	tl := session.New(session.Options{Judge: New(Config{})})
	x.Play(tl, began)
	for _, s := range session.Stories(tl.Snapshot().Sessions()) {
		out = append(out, fmt.Sprintf("%s %v %s", s.Kind, s.Sessions, s.Words.Show(false)))
	}
	return out
}

// refusing refuses a connection to an application with these words.
func refusing(app, words string, more ...amf.Member) act {
	return do(hi, connectTo(app, "rtmp://10.0.0.2/"+app),
		call(server, 0, str("_error"), num(1), nul, status("error", "NetConnection.Connect.Rejected", words, more...)), fin(server), fin(client))
}

// publishes connects to an application, publishes for n seconds and leaves.
func publishes(app string, n int) act {
	return do(hi, connectTo(app, "rtmp://10.0.0.2/"+app), accept(), createdS, publishKey, started, headers(client), frames(client, 0, 25*n), goodbye)
}

// login is a login as Adobe's and Limelight's servers want it: two refusals that
// say what is missing, then a connection with the answer in the query of app.
func login(scheme, challenge string, last act) Example {
	ask := "[ AccessManager.Reject ] : [ code=403 need auth; authmod=" + scheme + " ] : "
	user := "live?authmod=" + scheme + "&user=me"
	return Example{refusing("live", ask), again, refusing(user, "[ AccessManager.Reject ] : [ authmod="+scheme+" ] : ?reason=needauth&user=me&"+challenge), again,
		last}
}

func TestStories(t *testing.T) {
	adobe := "salt=MTIz&challenge=abc=&opaque=xyz="
	for name, c := range map[string]struct {
		x    Example
		want []string
	}{
		"one session": {Example{publishes("live", 1)}, nil},
		"an Adobe login": {login("adobe", adobe, publishes("live?authmod=adobe&user=me&challenge=q&response=r&opaque=xyz", 1)),
			[]string{"attempts [1 2 3] 3 attempts in 32 ms: asked to log in, given salt and challenge, published; a login in three connections is normal"}},
		"a Limelight login": {login("llnw", "nonce=7f", publishes("live?authmod=llnw&user=me&nonce=7f&cnonce=8&nc=00000001&response=r", 1)),
			[]string{"attempts [1 2 3] 3 attempts in 32 ms: asked to log in, given salt and challenge, published; a login in three connections is normal"}},
		"a wrong password": {login("adobe", adobe, refusing("live?authmod=adobe&user=me&response=r", "[ AccessManager.Reject ] : [ authmod=adobe ] : ?reason=authfailed&opaque=xyz")),
			[]string{"attempts [1 2 3] 3 attempts in 32 ms: asked to log in, given salt and challenge, login failed: wrong password; a login in three connections is normal"}},
		"a reconnect loop": {Example{shortTry, after(3 * time.Second), again, shortTry, after(3 * time.Second), again, publishes("live", 2)},
			[]string{"attempts [1 2 3] 3 attempts in 6.0 s: refused (NetStream.Publish.Denied) ×2, published"}},
		"a pause of a minute": {Example{shortTry, silence(time.Minute), again, shortTry}, nil},
		"a redirect": {Example{refusing("live", "moved", prop("ex", obj(prop("code", num(302)), prop("redirect", str("rtmp://10.0.0.3/edge"))))), again, publishes("edge", 1)},
			[]string{"attempts [1 2] 2 attempts in 16 ms: sent to rtmp://10.0.0.3/edge, published"}},
		"a reconnect request": {Example{publishing, headers(client), frames(client, 0, 25),
			call(server, 0, str("onStatus"), num(0), nul, status("status", "NetConnection.Connect.ReconnectRequest", "", prop("tcUrl", str("rtmp://10.0.0.3/live")))), fin(client), fin(server), again, publishes("live", 1)},
			[]string{"attempts [1 2] 2 attempts in 1.0 s: sent to rtmp://10.0.0.3/live, published"}},
		"a name that is taken": {Example{publishing, headers(client), frames(client, 0, 5), again, connected, createdS, publishKey, onStatus("error", "NetStream.Publish.BadName", "taken"), fin(client), fin(server)},
			[]string{"rivals [1 2] 2 publishers of live/••••cc7d at once: session 1 published for 248 ms, session 2 refused (NetStream.Publish.BadName)"}},
		"an unknown application": {Example{knock, after(time.Second), again, knock}, []string{"attempts [1 2] 2 attempts in 1.0 s: closed after connect ×2"}},
	} {
		if diff := cmp.Diff(c.want, stories(c.x)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}
