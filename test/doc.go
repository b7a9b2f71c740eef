// Package peers tests the program as its users meet it: built, started with a
// command line, and standing between real encoders, players and servers.
//
// The peers are ffmpeg, nginx with its RTMP module, Node-Media-Server,
// rtmpdump, GStreamer and tshark. A test whose peer is not installed is skipped
// with the reason; with RTMPSCOPE_PEERS=required in the environment, as in
// .ci/run, it fails instead. RTMPSCOPE_NMS names the directory in which
// `npm install node-media-server` was run. Everything listens on 127.0.0.1, on
// ports that the system picks, and all files go to the test's own directory.
//
// The package imports nothing of the module: what it knows about the program is
// what --help and the README promise.
package peers
