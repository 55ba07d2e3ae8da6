"""What leaves: how often it was tried, when it left, why not; and the letter it is dressed as.

No delivery was ever written before this: the column ``touchpoint`` needs no value for old rows.
"""

import django.db.models.deletion
import egards.core.clock
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('interactions', '0004_readers'),
        ('touchpoints', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='OutgoingLetter',
            fields=[
                ('delivery', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='letter', serialize=False, to='interactions.delivery')),
                ('text', models.TextField()),
                ('html', models.TextField(blank=True)),
            ],
        ),
        migrations.AddField(
            model_name='delivery',
            name='error',
            field=models.CharField(blank=True, help_text='Why it is not gone: our own sentence.', max_length=300),
        ),
        migrations.AddField(
            model_name='delivery',
            name='is_automatic',
            field=models.BooleanField(db_default=False, default=False, help_text='Written by the house itself.'),
        ),
        migrations.AddField(
            model_name='delivery',
            name='is_uncertain',
            field=models.BooleanField(db_default=False, default=False, help_text='It may have left all the same.'),
        ),
        migrations.AddField(
            model_name='delivery',
            name='message_id',
            field=models.CharField(blank=True, help_text='The same at each try.', max_length=320),
        ),
        migrations.AddField(
            model_name='delivery',
            name='next_at',
            field=models.DateTimeField(default=egards.core.clock.now, help_text='Not before; null once it is over.', null=True),
        ),
        migrations.AddField(
            model_name='delivery',
            name='provider_id',
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddField(
            model_name='delivery',
            name='reply_token',
            field=models.CharField(blank=True, help_text='Where an answer goes; opens nothing.', max_length=64),
        ),
        migrations.AddField(
            model_name='delivery',
            name='sent_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='delivery',
            name='touchpoint',
            field=models.ForeignKey(db_index=False, default=None, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='touchpoints.touchpoint'),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='delivery',
            name='tries',
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
        migrations.AlterField(
            model_name='delivery',
            name='state',
            field=models.CharField(choices=[('waiting', 'waits'), ('sent', 'left'), ('failed', 'could not leave'), ('held', 'held back'), ('withdrawn', 'withdrawn')], default='waiting', max_length=9),
        ),
        migrations.AddIndex(
            model_name='delivery',
            index=models.Index(condition=models.Q(('state', 'waiting')), fields=['next_at'], name='delivery_due'),
        ),
        migrations.AddIndex(
            model_name='delivery',
            index=models.Index(fields=['touchpoint', 'state', '-id'], name='delivery_at_touchpoint'),
        ),
        migrations.AddIndex(
            model_name='delivery',
            index=models.Index(condition=models.Q(('reply_token', ''), _negated=True), fields=['reply_token'], name='delivery_answered'),
        ),
    ]
