import { useEffect, useRef, useState } from 'react';
import { useWords } from '../i18n/language.ts';
import { Icon } from '../ui/icon.tsx';

/** Portrait photos have to be printed: a camera gives what it has up to this. */
const WISH = { video: { facingMode: 'user', width: { ideal: 1920 }, height: { ideal: 1440 } }, audio: false };
const QUALITY = 0.95;

function stop(stream: MediaStream | undefined): void {
  for (const track of stream?.getTracks() ?? []) track.stop();
}

/** The camera with the place for the face. The picture that is taken is not mirrored; the view is, as people know it. */
export function Camera({ choose, onClose }: { choose: (file: File) => void; onClose: () => void }) {
  const { camera, stop: back } = useWords().job;
  const video = useRef<HTMLVideoElement>(null);
  const [state, setState] = useState<'WAITING' | 'ON' | 'NONE'>('WAITING');
  useEffect(() => {
    let stream: MediaStream | undefined;
    let gone = false;
    const open = async () => {
      try {
        stream = await navigator.mediaDevices.getUserMedia(WISH);
        if (gone || !video.current) return stop(stream);
        video.current.srcObject = stream;
        setState('ON');
      } catch {
        setState('NONE');
      }
    };
    void open();
    return () => {
      gone = true;
      stop(stream);
    };
  }, []);
  const take = async () => {
    const { videoWidth, videoHeight } = video.current!;
    const canvas = new OffscreenCanvas(videoWidth, videoHeight);
    canvas.getContext('2d')!.drawImage(video.current!, 0, 0);
    const blob = await canvas.convertToBlob({ type: 'image/jpeg', quality: QUALITY });
    choose(new File([blob], 'camera.jpg', { type: 'image/jpeg' }));
    onClose();
  };
  return (
    <>
      <div className="view">
        <div className="camera">
          <video ref={video} autoPlay playsInline muted aria-label={camera.view} />
          <Overlay label={camera.eyes} />
          {state !== 'ON' && (
            <p className="camera-note" role="status">
              {state === 'NONE' ? camera.none : camera.waiting}
            </p>
          )}
        </div>
      </div>
      <div className="barb">
        <span className="grow">{camera.guide}</span>
        <button type="button" className="btn" onClick={onClose}>
          {back}
        </button>
        <button type="button" className="btn pri" onClick={take} disabled={state !== 'ON'}>
          <Icon name="camera" />
          {camera.take}
        </button>
      </div>
    </>
  );
}

function Overlay({ label }: { label: string }) {
  return (
    <svg viewBox="0 0 400 300" aria-hidden="true" preserveAspectRatio="xMidYMid slice">
      <path
        fill="#0c0b0a"
        fillOpacity=".5"
        fillRule="evenodd"
        d="M0 0h400v300H0zM200 42c42 0 70 38 70 88s-30 96-70 96-70-46-70-96 28-88 70-88z"
      />
      <ellipse cx="200" cy="134" rx="70" ry="92" fill="none" stroke="#fff" strokeWidth="2" strokeDasharray="8 6" />
      <path d="M110 128h180" stroke="#ff9a57" strokeWidth="1.5" strokeDasharray="5 4" />
      <text x="296" y="132">
        {label}
      </text>
    </svg>
  );
}
