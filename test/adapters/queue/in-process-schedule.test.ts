import { createInProcessSchedule } from '../../../adapters/queue/in-process-schedule.ts'
import { scheduleContract } from '../../contracts/schedule.ts'

scheduleContract('in-process', async () => createInProcessSchedule(() => {}))
