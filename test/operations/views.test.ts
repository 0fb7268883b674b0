import { expect, it } from 'vitest';
import { eventOf } from '../../lib/operations/views.ts';
import { A } from '../support/given.ts';

it('an event of before the log had masks is shown with one, and never with its number', () => {
  const event = { type: 'user.human.phone.changed', sequence: 1, country: 'CH' };
  const shown = { type: event.type, sequence: '1', country: 'CH', maskedPhone: '+41*******67' };
  expect(eventOf({ ...event, phone: A })).toEqual(shown);
  expect(eventOf({ ...event, maskedPhone: '+41*******67', phoneHash: 'h' })).toEqual(shown);
});
