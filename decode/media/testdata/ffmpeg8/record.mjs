// Writes the recordings beside this file again: short FLV files from a newer
// FFmpeg than Debian's, each with what the same FFmpeg reads from it.
//
//   npm install --ignore-scripts node-av@6.1.1   FFmpeg 8.1.1 is inside the package, 175 MB
//   cp record.mjs .                              beside node_modules, where Node.js looks
//   node record.mjs DIRECTORY                    writes DIRECTORY/NAME.flv and streams.json
//   node record.mjs DIRECTORY rtmp://HOST/APP    publishes them, one after the other, as /NAME
import fs from 'node:fs';
import path from 'node:path';
// Node.js before 22 lacks what the package uses.
Promise.withResolvers ??= function () {
  let resolve, reject;
  const promise = new Promise((a, b) => { resolve = a; reject = b; });
  return { promise, resolve, reject };
};
const { Decoder, Demuxer, Encoder, Muxer } = await import('node-av/api');
const { avGetCodecName, Codec, FormatContext, Log, Packet } = await import('node-av/lib');

const video = (encoder, size, rate, options = {}, pixels = 'yuv420p') => ({
  encoder, options, bitrate: 100000, source: `testsrc2=size=${size}:rate=${rate}:duration=0.4,format=${pixels}`,
});
const audio = (encoder, rate, layout, options = {}, bitrate) => ({
  encoder, options, bitrate, source: `sine=sample_rate=${rate}:duration=0.4,aformat=channel_layouts=${layout}`,
});
const quick = { preset: 'veryfast' };
const recordings = {
  'avc-aac': [video('libx264', '160x90', '25', quick), audio('aac', 44100, 'stereo')],
  'avc10-aac-5.1': [video('libx264', '162x92', '30000/1001', quick, 'yuv422p10le'), audio('aac', 48000, '5.1')],
  'hevc-opus': [video('libx265', '160x90', '30', quick), audio('libopus', 48000, 'stereo')],
  'hevc10-opus-5.1': [video('libx265', '320x180', '50', quick, 'yuv420p10le'), audio('libopus', 48000, '5.1')],
  'av1-flac': [video('libsvtav1', '160x90', '30', { preset: '10' }), audio('flac', 48000, 'stereo')],
  'av1_10-flac-mono': [video('libsvtav1', '320x180', '60', { preset: '10' }, 'yuv420p10le'), audio('flac', 96000, 'mono')],
  'vp9-ac3': [video('libvpx-vp9', '160x90', '24'), audio('ac3', 48000, 'stereo')],
  'vp9_2-ac3-5.1': [video('libvpx-vp9', '160x90', '24', {}, 'yuv420p10le'), audio('ac3', 44100, '5.1')],
  'eac3': [audio('eac3', 48000, 'stereo')],
  'eac3-5.1': [audio('eac3', 48000, '5.1')],
  'aac-ld': [audio('libfdk_aac', 48000, 'mono', { profile: 'aac_ld' }, 64000)],
  'aac-eld': [audio('libfdk_aac', 44100, 'stereo', { profile: 'aac_eld' }, 32000)],
  'aac-7.1': [audio('aac', 48000, '7.1')],
  'flv1-mp3': [video('flv', '128x96', '25'), audio('libmp3lame', 44100, 'stereo')],
  'mp3-mono-22050': [audio('libmp3lame', 22050, 'mono')],
  'flashsv-nellymoser': [video('flashsv', '64x48', '10', {}, 'bgr24'), audio('nellymoser', 22050, 'mono')],
  'flashsv2-adpcm': [video('flashsv2', '64x48', '10', {}, 'bgr24'), audio('adpcm_swf', 22050, 'mono')],
  'alaw': [audio('pcm_alaw', 8000, 'mono')],
  'mulaw': [audio('pcm_mulaw', 8000, 'mono')],
  'multitrack': [video('libx264', '160x90', '25', quick), video('libx265', '96x64', '25', quick),
    audio('aac', 44100, 'stereo'), audio('libopus', 48000, 'mono')],
};

// encode runs one source through its encoder into the muxer.
async function encode(spec, output) {
  const input = await Demuxer.open(spec.source, { format: 'lavfi' });
  const stream = input.streams[0];
  const decoder = await Decoder.create(stream);
  const { options, bitrate } = spec;
  const encoder = await Encoder.create(Codec.findEncoderByName(spec.encoder),
    { decoder, options, autoResample: true, ...(bitrate ? { bitrate } : {}) });
  const index = output.addStream(encoder);
  return async () => {
    for await (const packet of encoder.packets(decoder.frames(input.packets(stream.index)))) {
      await output.writePacket(packet, index);
    }
  };
}

async function write(specs, file) {
  const output = await Muxer.open(file, { format: 'flv' });
  const jobs = [];
  for (const spec of specs) jobs.push(await encode(spec, output));
  await Promise.all(jobs.map(job => job()));
  await output.close();
}

// probe is what ffprobe -show_streams -count_packets prints, as far as it is compared.
async function probe(file) {
  const input = new FormatContext();
  if (await input.openInput(file) < 0 || await input.findStreamInfo() < 0) throw new Error('cannot read ' + file);
  const packet = new Packet();
  packet.alloc();
  const packets = [];
  while (await input.readFrame(packet) >= 0) {
    // Sequence headers that FFmpeg does not take in come out as packets of no bytes.
    if (packet.size > 0) packets[packet.streamIndex] = (packets[packet.streamIndex] ?? 0) + 1;
    packet.unref();
  }
  return input.streams.map(({ codecpar: c, index, rFrameRate: r }) => ({
    codec: avGetCodecName(c.codecId), profile: c.profile, level: c.level, width: c.width, height: c.height,
    rate: `${r.num}/${r.den}`, hertz: c.sampleRate, channels: c.channels, packets: packets[index] ?? 0,
  }));
}

// publish copies a file to a server as it is.
async function publish(file, url) {
  const input = await Demuxer.open(file);
  const output = await Muxer.open(url, { format: 'flv' });
  const to = input.streams.map(stream => output.addStream(stream));
  for await (const packet of input.packets()) {
    if (packet) await output.writePacket(packet, to[packet.streamIndex]);
  }
  await output.close();
}

Log.setLevel(16);
const [directory, url] = process.argv.slice(2);
const streams = {};
for (const [name, specs] of Object.entries(recordings)) {
  const file = path.join(directory, name + '.flv');
  if (url) {
    await publish(file, `${url}/${name}`);
    continue;
  }
  try {
    await write(specs, file);
    streams[name] = await probe(file);
  } catch (err) {
    console.error(`${name}: ${err.message}`);
    fs.rmSync(file, { force: true });
  }
}
if (!url) {
  const lines = Object.entries(streams).map(([name, s]) => `  "${name}": [\n    ${s.map(x => JSON.stringify(x)).join(',\n    ')}\n  ]`);
  fs.writeFileSync(path.join(directory, 'streams.json'), `{\n${lines.join(',\n')}\n}\n`);
}
process.exit(0);
